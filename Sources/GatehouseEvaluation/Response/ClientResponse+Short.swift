// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The format `init-v2` (Evaluation §21.8).
extension ClientResponse {
    mutating func writeShort(_ result: ClientResult) {
        let record = result.record
        writer.raw("{")
        if record.explores || record.ruleID != "default" || record.ruleID.isMissing {
            writer.raw("\"r\":")
            write(ruleIDOf: record)
        }
        write(numbersOf: result, .all, as: "\"s\":[")
        if !options.removesIDTypes, !record.idType.isMissing {
            beginMember()
            writer.raw("\"i\":")
            writer.string(record.idType)
        }
        if result.section == .gate {
            if record.bool {
                beginMember()
                writer.raw("\"v\":true")
            }
            return writer.raw("}")
        }
        beginMember()
        writer.raw("\"v\":\"")
        writer.integer(number(ofValueOf: record))
        writer.raw("\"")
        if result.section == .dynamicConfig, result.entity == .dynamicConfig {
            writer.raw(record.bool ? ",\"p\":true}" : ",\"p\":false}" as StaticString)
            return
        }
        if !record.groupName.isMissing {
            writer.raw(",\"gn\":")
            writer.string(record.groupName)
        }
        if result.tellsExperimentState {
            writer.raw(record.isExperimentActive ? ",\"ea\":true" : ",\"ea\":false" as StaticString)
            writer.raw(record.isExperimentGroup ? ",\"ue\":true" : ",\"ue\":false" as StaticString)
        }
        if result.section == .layer { writeShortLayerParts(result) }
        writer.raw("}")
    }

    private mutating func writeShortLayerParts(_ result: ClientResult) {
        let record = result.record
        if record.delegate.hasBytes {
            writer.raw(",\"ae\":")
            names.write(config: record.delegate, into: &writer)
        }
        if let parameters = record.explicitParameters {
            writer.raw(",\"ep\":")
            write(parameters)
        }
        write(numbersOf: result, .undelegated, as: "\"us\":[")
    }

    /// The numbers of a selection of exposures, unless it is empty.
    private mutating func write(
        numbersOf result: ClientResult, _ selection: ClientResult.Selection, as opening: StaticString
    ) {
        var isEmpty = true
        if result.isAutotune {
            // The reference neither hashes these nor omits repetitions.
            for exposure in result.exposures {
                write(numberOf: exposure, isHashed: names.hash == .none, isEmpty ? opening : ",")
                isEmpty = false
            }
        } else {
            result.forEachDistinctExposure(in: selection) { exposure in
                write(numberOf: exposure, isHashed: true, isEmpty ? opening : ",")
                isEmpty = false
            }
        }
        if !isEmpty { writer.raw("]") }
    }

    private mutating func write(numberOf exposure: SecondaryExposureRow, isHashed: Bool, _ separator: StaticString) {
        if separator.utf8CodeUnitCount > 1 { beginMember() }
        writer.raw(separator)
        writer.raw("\"")
        let mapped = MappedExposure(exposure: exposure, key: 0, isHashed: isHashed)
        writer.integer(
            exposures.number(of: mapped, hash: exposure.contentHash) { known in
                known.isHashed == isHashed && known.exposure.isSame(as: exposure)
            })
        writer.raw("\"")
    }

    private mutating func number(ofValueOf record: Record) -> Int {
        var value = MappedValue(json: Text("null"), isCompact: true)
        if let row = record.returnsPointer {
            let compact = compactValues.json(of: row)
            value = MappedValue(json: compact ?? row.pointee.json, isCompact: compact != nil)
        }
        return values.number(of: value, hash: XXH3.hash(value.json)) { $0.json == value.json }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The parts that the formats have in common.
extension ClientResponse {
    mutating func write(nameOf result: ClientResult) {
        switch result.name {
        case .spec(let index): names.write(spec: index, into: &writer)
        case .autotune(let index): names.write(autotune: index, into: &writer)
        }
    }

    mutating func write(ruleIDOf record: Record) {
        writer.string(record.ruleID.bytes, followedBy: record.explores ? Record.exploreSuffix : "")
    }

    mutating func write(valueOf record: Record) {
        guard let row = record.returnsPointer else { return writer.raw("null") }
        if let json = compactValues.json(of: row) { writer.raw(json) } else { writer.compact(row.pointee.json) }
    }

    mutating func write(_ texts: TextList) {
        writer.raw("[")
        for (index, text) in texts.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(text)
        }
        writer.raw("]")
    }

    mutating func write(_ exposure: SecondaryExposureRow, isHashed: Bool) {
        writer.beginSecondaryExposure()
        if isHashed { names.write(gate: exposure.gate, into: &writer) } else { writer.string(exposure.gate) }
        writer.endSecondaryExposure(exposure)
    }

    // MARK: - Shared parts

    /// The exposures that entities refer to, by their hash or by their number.
    mutating func writeExposures() {
        writer.raw(",\"exposures\":{")
        for (number, mapped) in exposures.elements.enumerated() {
            if number > 0 { writer.raw(",") }
            writer.raw("\"")
            writer.integer(options.format == .v2 ? Int(mapped.key) : number)
            writer.raw("\":")
            write(mapped.exposure, isHashed: mapped.isHashed)
        }
        writer.raw("}")
    }

    /// The values that entities refer to by their number, and the name of the format.
    mutating func writeValues() {
        writer.raw(",\"values\":{")
        for (number, value) in values.elements.enumerated() {
            writer.raw(number > 0 ? ",\"" : "\"" as StaticString)
            writer.integer(number)
            writer.raw("\":")
            if value.isCompact { writer.raw(value.json) } else { writer.compact(value.json) }
        }
        writer.raw("},\"response_format\":")
        writer.string(options.format.rawValue)
    }

    // MARK: - The blank response

    /// Writes a response without evaluations.
    ///
    /// - Parameters:
    ///   - user: The user, `nil` to leave the user out.
    ///   - context: The context, whose environment is written with the user.
    mutating func writeBlank(_ user: UserView?, _ context: EvaluationContext) {
        writer.raw(
            """
            {"feature_gates":{},"dynamic_configs":{},"layer_configs":{},"param_stores":{},"time":0,\
            "has_updates":false,"hash_used":"","sdkParams":{},"sdkInfo":{},"evaluated_keys":{},"user":
            """)
        if let user { write(user: user, context) } else { writer.raw("{}") }
        switch options.format {
        case .v1: if let user { write(privateAttributesOf: user) }
        case .v2: writer.raw(",\"exposures\":{}")
        case .initV2: writer.raw(",\"exposures\":{},\"values\":{},\"response_format\":\"init-v2\"")
        }
        writer.raw("}")
    }
}

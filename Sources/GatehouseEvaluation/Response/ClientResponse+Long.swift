// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The formats `v1` and `v2` (Evaluation §21.4, §21.7).
extension ClientResponse {
    mutating func writeLong(_ result: ClientResult) {
        let record = result.record
        writer.raw("{\"name\":")
        write(nameOf: result)
        writer.raw(",\"rule_id\":")
        write(ruleIDOf: record)
        writer.raw(",\"secondary_exposures\":")
        write(exposuresOf: result, .all)
        if !options.removesIDTypes, !(result.section == .gate && record.idType.isMissing) {
            writer.raw(",\"id_type\":")
            writer.string(record.idType)
        }
        writer.raw(",\"value\":")
        if result.section == .gate {
            writer.raw(record.bool ? "true}" : "false}" as StaticString)
            return
        }
        write(valueOf: record)
        writer.raw(result.isDeviceBased ? ",\"is_device_based\":true" : ",\"is_device_based\":false" as StaticString)
        if options.format == .v1 {
            writer.raw(",\"group\":")
            write(ruleIDOf: record)
        }
        if result.section == .dynamicConfig, result.entity == .dynamicConfig {
            writer.raw(record.bool ? ",\"passed\":true}" : ",\"passed\":false}" as StaticString)
            return
        }
        if !record.groupName.isMissing {
            writer.raw(",\"group_name\":")
            writer.string(record.groupName)
        }
        if result.tellsExperimentState {
            writer.raw(",\"is_experiment_active\":")
            writer.bool(record.isExperimentActive)
            writer.raw(",\"is_user_in_experiment\":")
            writer.bool(record.isExperimentGroup)
        }
        if result.section == .layer { writeLayerParts(result) } else { writeExperimentParts(record) }
        writer.raw("}")
    }

    private mutating func writeExperimentParts(_ record: Record) {
        if record.isInLayer { writer.raw(",\"is_in_layer\":true") }
        if let parameters = record.explicitParameters {
            writer.raw(",\"explicit_parameters\":")
            write(parameters)
        }
    }

    private mutating func writeLayerParts(_ result: ClientResult) {
        let record = result.record
        if record.delegate.hasBytes {
            writer.raw(",\"allocated_experiment_name\":")
            names.write(config: record.delegate, into: &writer)
        }
        writer.raw(",\"explicit_parameters\":")
        write(record.explicitParameters ?? TextList())
        writer.raw(",\"undelegated_secondary_exposures\":")
        write(exposuresOf: result, .undelegated)
        if options.format == .v1, let ruleIDs = record.parameterRuleIDs {
            writer.raw(",\"parameter_rule_ids\":{")
            for (member, ruleID) in zip(record.returns?.members ?? .init(), ruleIDs) {
                beginMember()
                writer.string(member.name)
                writer.raw(":")
                writer.string(ruleID)
            }
            writer.raw("}")
        }
    }

    // MARK: - Exposures

    /// Writes the secondary exposures themselves in `v1`, their hashes in `v2`.
    private mutating func write(exposuresOf result: ClientResult, _ selection: ClientResult.Selection) {
        guard !result.exposures.isEmpty else { return writer.raw("[]") }
        writer.raw("[")
        var isFirst = true
        result.forEachDistinctExposure(in: selection) { exposure in
            if !isFirst { writer.raw(",") }
            isFirst = false
            if options.format == .v1 {
                write(exposure, isHashed: true)
            } else {
                let key = key(of: exposure)
                let mapped = MappedExposure(exposure: exposure, key: key, isHashed: true)
                // Exposures with the same hash share a member; the first one is written.
                _ = exposures.number(of: mapped, hash: UInt64(key)) { _ in true }
                writer.raw("\"")
                writer.integer(key)
                writer.raw("\"")
            }
        }
        writer.raw("]")
    }

    /// The hash of `gate:value:rule`, of the gate's name as the response has it.
    private func key(of exposure: SecondaryExposureRow) -> UInt32 {
        let gate = names.withText(ofGate: exposure.gate) { DJB2.hash($0.bytes.span) }
        let value = DJB2.hash(Text(exposure.value ? ":true:" : ":false:").bytes.span, after: gate)
        return DJB2.hash(exposure.ruleID.bytes.span, after: value)
    }
}

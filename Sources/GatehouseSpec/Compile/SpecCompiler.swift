// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Brings a spec into rows of one region.
struct SpecCompiler {
    private let rows: RowBuilder

    init(_ rows: RowBuilder) {
        self.rows = rows
    }

    /// - Parameters:
    ///   - entry: The spec's name and the spec.
    ///   - isGate: Whether it is a gate, segment or holdout.
    ///   - format: The document's format, whose meaning the rows keep.
    func compile(
        _ name: JSONString, _ wire: WireSpec, isGate: Bool, format: SpecDocument.Format
    ) -> UnsafePointer<SpecRow> {
        let salt = rows.text(wire.salt)
        var rules: [RuleRow] = []
        var firstCondition = 0
        // Readers of dcs-v1 stop at a disabled spec; those of dcs-v2 still try its rules (docs of GatehouseSpec).
        if wire.isEnabled || format == .v2 {
            rules.reserveCapacity(wire.rules.count)
            for wireRule in wire.rules {
                var rule = rule(wireRule, specSalt: salt, index: rules.count, firstCondition: firstCondition)
                // In dcs-v1 a gate's rule passes or doesn't; what it returns isn't looked at.
                if isGate, format == .v1 { rule.returns = .true }
                firstCondition += rule.conditionCount
                rules.append(rule)
            }
        }
        let row = SpecRow(
            name: rows.text(name), salt: salt, idType: rows.text(wire.idType), entity: rows.text(wire.entity),
            rules: rows.region.store(rules),
            defaultValue: isGate && format == .v1 ? .false : rows.returns(wire.defaultValue),
            isEnabled: wire.isEnabled, isActive: wire.isActive, hasSharedParameters: wire.hasSharedParameters,
            usesNewLayerEvaluation: wire.usesNewLayerEvaluation, forwardsAllExposures: wire.forwardsAllExposures,
            version: wire.version, explicitParameters: wire.explicitParameters.map { rows.texts($0) },
            targetAppIDs: wire.targetAppIDs.map { rows.texts($0) }, fieldsUsed: rows.texts(wire.fieldsUsed))
        return rows.region.store(row)
    }

    /// - Parameters:
    ///   - specSalt: The first component of the percentage's hash.
    ///   - index: The rule's place.
    ///   - firstCondition: Where its conditions start among those of the spec.
    func rule(_ wire: WireRule, specSalt: Text, index: Int, firstCondition: Int) -> RuleRow {
        let id = rows.text(wire.id)
        let salt = wire.salt.map { rows.text($0) } ?? id
        return RuleRow(
            id: id, name: rows.text(wire.name), groupName: rows.text(wire.groupName),
            unit: rows.unit(rows.text(wire.idType)), passPercentage: wire.passPercentage, salt: salt,
            hashPrefix: rows.hashPrefix(specSalt, salt), returns: rows.returns(wire.returnValue),
            delegate: rows.text(wire.delegate), samplingRate: wire.samplingRate,
            isExperimentGroup: wire.isExperimentGroup ?? false, ruleClass: SpecCompiler.ruleClass(id),
            firstCondition: firstCondition, conditionCount: wire.conditionIDs.count + wire.conditions.count,
            index: index)
    }

    private static func ruleClass(_ id: Text) -> RuleRow.Class {
        if id == "targetingGate" || id == "inlineTargetingRules" { return .targeting }
        return id.hasSuffix(Text("override")) ? .override : .ordinary
    }
}

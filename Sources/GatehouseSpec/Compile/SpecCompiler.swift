// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compiles a gate, config or layer to rows of one region.
struct SpecCompiler {
    private let rows: RowBuilder

    init(_ rows: RowBuilder) {
        self.rows = rows
    }

    /// Compiles a spec.
    ///
    /// - Parameters:
    ///   - name: The spec's name.
    ///   - spec: The spec.
    ///   - formatOfGate: The document's format for a gate, segment or holdout, which decides what their rules return.
    ///     `nil` for a config or layer: they may precede the gates in a document, whose section tells the format, so they
    ///     are compiled in the same way for both.
    /// - Returns: The spec's row.
    func compile(
        _ name: JSONString, _ spec: DecodedSpec, formatOfGate: DocumentFormat?
    ) -> UnsafePointer<SpecRow> {
        let isGateOfV1 = formatOfGate == .v1
        let salt = rows.text(spec.salt)
        var rules: [RuleRow] = []
        var firstCondition = 0
        // The linker leaves out the rules of all disabled specs of format v1; those of gates needn't be compiled.
        if spec.isEnabled || !isGateOfV1 {
            rules.reserveCapacity(spec.rules.count)
            for decoded in spec.rules {
                var rule = rule(decoded, specSalt: salt, index: rules.count, firstCondition: firstCondition)
                // In format v1 a gate's rule passes or doesn't, and its return value is ignored.
                if isGateOfV1 { rule.returns = .true }
                firstCondition += rule.conditionCount
                rules.append(rule)
            }
        }
        let row = SpecRow(
            name: rows.text(name), salt: salt, idType: rows.text(spec.idType), entity: rows.text(spec.entity),
            rules: rows.region.store(rules), defaultValue: isGateOfV1 ? .false : rows.returns(spec.defaultValue),
            isEnabled: spec.isEnabled, isActive: spec.isActive, hasSharedParameters: spec.hasSharedParameters,
            usesNewLayerEvaluation: spec.usesNewLayerEvaluation, forwardsAllExposures: spec.forwardsAllExposures,
            version: spec.version, explicitParameters: spec.explicitParameters.map { rows.texts($0) },
            targetAppIDs: spec.targetAppIDs.map { rows.texts($0) }, fieldsUsed: rows.texts(spec.fieldsUsed))
        return rows.region.store(row)
    }

    /// Makes the row of a rule.
    ///
    /// - Parameters:
    ///   - decoded: The rule.
    ///   - specSalt: The first component of the percentage's hash.
    ///   - index: The rule's index in its spec.
    ///   - firstCondition: The index of its first condition among those of the spec.
    /// - Returns: The row.
    func rule(_ decoded: DecodedRule, specSalt: Text, index: Int, firstCondition: Int) -> RuleRow {
        let id = rows.text(decoded.id)
        let salt = decoded.salt.map { rows.text($0) } ?? id
        return RuleRow(
            id: id, name: rows.text(decoded.name), groupName: rows.text(decoded.groupName),
            unit: rows.unit(rows.text(decoded.idType)), passPercentage: decoded.passPercentage, salt: salt,
            hashPrefix: rows.hashPrefix(specSalt, salt), returns: rows.returns(decoded.returnValue),
            delegate: rows.text(decoded.delegate), samplingRate: decoded.samplingRate,
            isExperimentGroup: decoded.isExperimentGroup ?? false, ruleClass: SpecCompiler.ruleClass(id),
            firstCondition: firstCondition, conditionCount: decoded.conditionIDs.count + decoded.conditions.count,
            index: index)
    }

    private static func ruleClass(_ id: Text) -> RuleRow.Class {
        if id == "targetingGate" || id == "inlineTargetingRules" { return .targeting }
        return id.hasSuffix(Text("override")) ? .override : .ordinary
    }
}

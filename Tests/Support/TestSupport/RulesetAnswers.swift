// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
import GatehouseSpec

/// All answers of a ruleset and what it says of its document, as lines of text to compare with another ruleset's.
public struct RulesetAnswers: Sendable {
    /// What the document says, then a line for each answer.
    public private(set) var lines: [String] = []

    /// Asks a ruleset.
    ///
    /// - Parameters:
    ///   - ruleset: The ruleset.
    ///   - users: The users to ask for; for the first one each answer is explained, too.
    ///   - context: The context to ask in.
    ///   - names: Further names to ask for, beside those of the ruleset.
    ///   - step: 1 to ask for all entities, otherwise for each `step`th.
    public init(
        _ ruleset: Ruleset, users: [User], context: EvaluationContext, names: [String] = ["nowhere"], step: Int = 1
    ) {
        tell(ruleset)
        func some(_ own: [String]) -> [String] {
            let all = own + names
            return stride(from: 0, to: all.count, by: step).map { all[$0] }
        }
        for (index, user) in users.enumerated() {
            func explain(_ kind: EntityKind, _ name: String) {
                if index == 0 { lines.append(ruleset.explain(kind, name, for: user, in: context).json) }
            }
            for name in some(ruleset.gateNames) {
                let gate = ruleset.gate(name, for: user, in: context)
                let handle = ruleset.handle(for: .gate, named: name)
                let checks = [
                    ruleset.checkGate(name, for: user, in: context), ruleset.checkGate(handle, for: user, in: context),
                ]
                add(index, gate, "\(gate.value) \(checks)")
                explain(.gate, name)
            }
            for name in some(ruleset.configNames + ruleset.autotuneNames) {
                let config = ruleset.dynamicConfig(name, for: user, in: context)
                add(index, config, config.json)
                let experiment = ruleset.experiment(name, for: user, in: context)
                let flags = [experiment.isActive, experiment.isInLayer, experiment.isUserInExperiment]
                add(index, experiment, "\(experiment.json) \(flags) \(experiment.explicitParameters ?? ["none"])")
                explain(.experiment, name)
            }
            for name in some(ruleset.layerNames) {
                let layer = ruleset.layer(name, for: user, in: context)
                let details = [layer.allocatedExperiment ?? "none", layer.ruleID(of: "a")] + layer.explicitParameters
                add(index, layer, "\(layer.json) \(details) \(layer.isExperimentActive)")
                explain(.layer, name)
            }
            for name in some(ruleset.autotuneNames) {
                let groups = ruleset.rankedGroups(ofAutotune: name, for: user, in: context)
                lines.append("\(index) ranked \(name): \(groups.map { "\($0.name) \($0.ruleID) \($0.score)" })")
            }
            for name in ruleset.parameterStoreNames.map(\.store) + names {
                add(index, ruleset.parameterStore(name, for: user, in: context))
            }
        }
    }

    /// The first lines that differ.
    public func differences(from expected: RulesetAnswers) -> [String] {
        var result: [String] = []
        for index in 0..<max(lines.count, expected.lines.count) where result.count < 5 {
            let own = index < lines.count ? lines[index] : "nothing"
            let other = index < expected.lines.count ? expected.lines[index] : "nothing"
            if Array(own.utf8) != Array(other.utf8) { result.append("\(own)\n  instead of \(other)") }
        }
        return result
    }

    // MARK: - Lines

    private mutating func tell(_ ruleset: Ruleset) {
        lines.append("\(ruleset.metadata)")
        let format = ruleset.documentFormat?.rawValue ?? "none"
        lines.append("\(format) \(ruleset.gateNames) \(ruleset.configNames) \(ruleset.layerNames)")
        lines.append("\(ruleset.autotuneNames) \(ruleset.parameterStoreNames)")
        lines.append("\(ruleset.configNames.map { ruleset.entity(ofConfig: $0) ?? "none" })")
        for issue in ruleset.issues { lines.append("\(issue.byteOffset) \(issue)") }
    }

    private mutating func add(_ user: Int, _ result: some EvaluationResult, _ value: String) {
        let evaluation = result.evaluation
        let texts = [evaluation.groupName, evaluation.idType, evaluation.overrideConfigName].map { $0 ?? "none" }
        let numbers = [evaluation.version.map(UInt64.init), evaluation.samplingRate].map { $0.map { "\($0)" } ?? "" }
        let flags = [
            evaluation.passed, evaluation.consultedIDList, evaluation.hasSeenAnalyticalGates,
            evaluation.forwardsAllExposures ?? false, evaluation.forwardsAllExposures == nil,
        ]
        let reason = evaluation.reason.description(source: "Test")
        let exposures = [evaluation.secondaryExposures, evaluation.undelegatedSecondaryExposures].map { list in
            list.map { "\($0.gate)=\($0.gateValue) \($0.ruleID)" }
        }
        lines.append(
            "\(user) \(type(of: result)) \(result.name): \(value) \(evaluation.ruleID) \(texts) \(numbers) \(flags) "
                + "\(reason) \(exposures)")
    }

    private mutating func add(_ user: Int, _ store: ParameterStoreEvaluation) {
        var line = "\(user) store \(store.name) \(store.reason):"
        for parameter in store.parameters {
            let reading = store.read(parameter)
            let value = String(decoding: (reading.value ?? "none").jsonBytes, as: UTF8.self)
            line += " \(parameter)=\(value) \(reading.source?.ruleID ?? "none")"
        }
        lines.append(line)
    }
}

extension Ruleset {
    /// Counts the specs and conditions that aren't shared with another ruleset.
    ///
    /// - Parameter other: A ruleset that is still in use.
    /// - Returns: The numbers of specs and conditions.
    public func compiledAnew(since other: Ruleset) -> (specs: Int, conditions: Int) {
        // By the addresses of names, which shared specs have in common even where the linker copied their rows.
        let specs = Set(other.program.specs.map(\.pointee.name.base))
        let conditions = Set(other.program.conditions)
        return (
            program.specs.count { !specs.contains($0.pointee.name.base) },
            program.conditions.count { !conditions.contains($0) }
        )
    }
}

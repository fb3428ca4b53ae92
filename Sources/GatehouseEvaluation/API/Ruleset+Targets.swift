// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A condition whose operator can't read its target, for whatever value.
package struct UnreadableTarget: Sendable {
    /// The kind of entity, `gate`, `config` or `layer`.
    package let entity: String
    /// The name of the spec whose rule has the condition.
    package let spec: String
    /// The rule's ID.
    package let rule: String
    /// The condition as explanations show it.
    package let condition: String
    /// Why the operator can't read the target.
    package let reason: String
}

extension Ruleset {
    /// The conditions whose operators can't read their targets, in the order of the specs and their rules.
    package func unreadableTargets() -> [UnreadableTarget] {
        let program = program
        var result: [UnreadableTarget] = []
        for (index, spec) in program.specs.enumerated() {
            let entity = index < program.gates.texts.count ? "gate" : isLayer(index) ? "layer" : "config"
            let first = program.specLinks[index].firstCondition
            for rule in spec.pointee.rules {
                for position in 0..<rule.conditionCount {
                    let link = Int(program.conditionLinks[first + rule.firstCondition + position])
                    guard link >= 0 else { continue }
                    let condition = program.conditions[link].pointee
                    for reason in condition.unreadableOperands(of: .none) {
                        guard let words = reason.wordsOfTarget else { continue }
                        result.append(
                            UnreadableTarget(
                                entity: entity, spec: spec.pointee.name.string, rule: rule.id.string,
                                condition: condition.shortText, reason: words))
                    }
                }
            }
        }
        return result
    }

    private func isLayer(_ index: Int) -> Bool { index >= program.gates.texts.count + program.configs.texts.count }
}

extension ConditionRow {
    fileprivate var shortText: String {
        let parts = [source.type, source.field, source.comparison, source.target].map { $0.isMissing ? "" : $0.string }
        let text = parts.filter { !$0.isEmpty }.joined(separator: " ")
        return text.count > 200 ? text.prefix(200) + "…" : text
    }
}

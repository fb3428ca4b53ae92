// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A gate, config or layer in both formats.
///
/// A class, as nearly all of them are carried over from one compilation to the next, and sorted: each is one reference then.
final class CompiledEntity: Sendable {
    typealias SharedCondition = (id: String, condition: Value)

    let section: DocumentTree.Section
    let name: String
    let newer: Object
    let older: Object
    /// The conditions that the newer form names.
    let conditions: [SharedCondition]
    let idLists: [String]
    /// The forms as JSON text, the older one with its name, and that of the conditions: written once for many documents.
    let newerText: [UInt8]
    let olderText: [UInt8]
    let conditionTexts: [[UInt8]]

    init(
        section: DocumentTree.Section, name: String, newer: Object, older: Object, conditions: [SharedCondition],
        idLists: [String]
    ) {
        self.section = section
        self.name = name
        self.newer = newer
        self.older = older
        self.conditions = conditions
        self.idLists = idLists
        newerText = JSON.bytes(.object(newer))
        olderText = JSON.bytes(.object(Object(distinct: [("name", .string(name))] + Array(older))))
        conditionTexts = conditions.map { JSON.bytes($0.condition) }
    }

    /// The newer form with other IDs for some conditions.
    func newer(renaming ids: [String: String]) -> Object {
        guard !ids.isEmpty else { return newer }
        var spec = newer
        spec["rules"] = .objects(
            newer.objects("rules").map { rule in
                var rule = rule
                rule["conditions"] = .strings(rule.texts("conditions").map { ids[$0] ?? $0 })
                return rule
            })
        return spec
    }
}

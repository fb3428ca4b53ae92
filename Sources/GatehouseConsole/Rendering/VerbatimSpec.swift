// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// A spec of an imported document that can't be edited: it is served as it came.
struct VerbatimSpec {
    let section: DocumentTree.Section
    let name: String
    /// As format v2 has it.
    let spec: Object
    let conditions: [RenderedSpec.SharedCondition]

    init(section: DocumentTree.Section, name: String, spec: Object, conditions: [RenderedSpec.SharedCondition]) {
        self.section = section
        self.name = name
        self.spec = spec
        self.conditions = conditions
    }

    /// What an resource keeps, `nil` if it can be edited.
    init?(_ resource: Resource) {
        guard let kept = resource.verbatim,
            let section = DocumentTree.Section(rawValue: kept.text("section"))
        else { return nil }
        self.init(
            section: section, name: kept.text("name"), spec: kept.object("spec"),
            conditions: kept.object("conditions").map { ($0.name, $0.value) })
    }

    var object: Object {
        [
            "section": .string(section.rawValue), "name": .string(name), "spec": .object(spec),
            "conditions": .object(Object(distinct: conditions.map { ($0.id, $0.condition) })),
        ]
    }

    /// The spec in both formats.
    var rendered: RenderedSpec {
        var tree = DocumentTree(.v2)
        tree.specs[section] = [.init(name: name, members: spec)]
        tree.conditions = conditions
        let lists = tree.idListNames.sorted()
        tree.becomeV1()
        return RenderedSpec(
            section: section, name: name, v2: spec, v1: tree.specs[section]?.first?.members ?? spec,
            conditions: conditions, idLists: lists)
    }
}

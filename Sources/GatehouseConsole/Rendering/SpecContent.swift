// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// A gate, config or layer of a document, before it is written in one of the formats.
struct SpecContent {
    /// The members that differ between the formats.
    struct Form {
        var isEnabled = true
        var defaultValue: Value
        var rules: [RuleContent]
    }

    let section: DocumentTree.Section
    let name: String
    /// `feature_gate`, `segment`, `experiment` and the like.
    let kind: SpecKind
    let salt: String
    let idType: String
    let version: Int64
    let targetApps: [String]
    var v2: Form
    var v1: Form
    /// For experiments and autotunes.
    var isActive: Bool?
    /// For experiments.
    var hasSharedParameters: Bool?
    /// The parameters that the experiment sets itself, if it shares others with a layer.
    var explicitParameters: [String]?
    /// The ID lists that it asks.
    var idLists: [String] = []
    /// Members of an imported spec that the console doesn't know.
    private let extras: Object

    init(
        _ section: DocumentTree.Section, _ resource: Resource, name: String? = nil, kind: SpecKind,
        targetApps: [String],
        v2: Form, v1: Form? = nil
    ) {
        self.section = section
        self.name = name ?? resource.id
        self.kind = kind
        salt = resource.salt
        idType = resource.idType
        version = resource.version
        extras = resource.extras
        self.targetApps = targetApps
        self.v2 = v2
        self.v1 = v1 ?? v2
    }

    /// The spec in both formats.
    var rendered: RenderedSpec {
        var conditions: [RenderedSpec.SharedCondition] = []
        let v2Rules = v2.rules.map { rule in
            let shared = rule.conditions.map(SpecContent.shared)
            conditions += shared
            return rule.rule(.v2, conditions: shared.map { .string($0.id) })
        }
        let v1Rules = v1.rules.map { rule in
            rule.rule(
                .v1,
                conditions: rule.conditions.map { condition in
                    var condition = condition
                    condition.isDeviceBased = condition.idType.isStableID
                    return condition.json
                })
        }
        var v1Spec = spec(v1, v1Rules)
        v1Spec.isDeviceBased = idType.isStableID
        var v2Spec = spec(v2, v2Rules)
        v2Spec.version = version
        return RenderedSpec(
            section: section, name: name, v2: v2Spec.object, v1: v1Spec.object, conditions: conditions,
            idLists: idLists)
    }

    private func spec(_ form: Form, _ rules: [DocumentRule]) -> SpecMembers {
        var spec = SpecMembers([:])
        spec.type = (section == .gates ? SpecKind.gate : .dynamicConfig).rawValue
        spec.salt = salt
        spec.isEnabled = form.isEnabled
        spec.defaultValue = form.defaultValue
        spec.rules = rules
        spec.idType = idType
        spec.kind = kind
        if !targetApps.isEmpty { spec.targetApps = targetApps }
        spec.isActive = isActive
        spec.hasSharedParameters = hasSharedParameters
        spec.explicitParameters = explicitParameters
        return SpecMembers(spec.object.merging(extras))
    }

    /// A condition with its ID: the hash of its compact text.
    private static func shared(_ condition: SpecCondition) -> RenderedSpec.SharedCondition {
        let value = DocumentTree.v2Condition(condition.json)
        let hash = DJB2.hash(JSON.bytes(value).span)
        return (String(hash), value)
    }
}

/// A rule of a document, before it is written in one of the formats.
struct RuleContent {
    var id: String
    var groupName: String?
    var passPercentage = 100.0
    var returnValue: Value
    var salt = ""
    var idType: String
    var conditions: [SpecCondition]
    var isExperimentGroup = false
    var delegate: String?
    /// Whether a gate is false where it holds, which each format says in its own way.
    var isRefusal = false

    /// The rule in a format.
    ///
    /// - Parameters:
    ///   - format: The format.
    ///   - conditions: The conditions as the format has them.
    /// - Returns: The rule.
    func rule(_ format: DocumentFormat, conditions: [Value]) -> DocumentRule {
        var rule = DocumentRule([:])
        rule.name = id
        rule.groupName = groupName
        rule.passPercentage = isRefusal && format == .v1 ? 0 : passPercentage
        rule.conditions = conditions
        rule.returnValue = isRefusal && format == .v2 ? false : returnValue
        rule.id = id
        rule.salt = salt
        if isExperimentGroup { rule.isExperimentGroup = true }
        rule.delegate = delegate
        rule.idType = idType
        if format == .v1 { rule.isDeviceBased = idType.isStableID }
        return rule
    }
}

/// A gate, config or layer in both formats.
///
/// A class, as nearly all of them are carried over from one renderer to the next, and sorted: each is one reference then.
final class RenderedSpec: Sendable {
    typealias SharedCondition = (id: String, condition: Value)

    let section: DocumentTree.Section
    let name: String
    let v2: Object
    let v1: Object
    /// The conditions that the v2 form names.
    let conditions: [SharedCondition]
    let idLists: [String]
    /// The forms as JSON text, the v1 one with its name, and that of the conditions: written once for many documents.
    let v2Text: [UInt8]
    let v1Text: [UInt8]
    let conditionTexts: [[UInt8]]

    init(
        section: DocumentTree.Section, name: String, v2: Object, v1: Object, conditions: [SharedCondition],
        idLists: [String]
    ) {
        self.section = section
        self.name = name
        self.v2 = v2
        self.v1 = v1
        self.conditions = conditions
        self.idLists = idLists
        v2Text = JSON.bytes(.object(v2))
        v1Text = JSON.bytes(.object(Object(distinct: [(DocumentTree.Spec.name.name, .string(name))] + Array(v1))))
        conditionTexts = conditions.map { JSON.bytes($0.condition) }
    }

    /// The spec in format v2 with other IDs for some conditions.
    func v2(renaming ids: [String: String]) -> Object {
        guard !ids.isEmpty else { return v2 }
        var spec = SpecMembers(v2)
        spec.rules = spec.rules.map { old in
            var rule = old
            rule.conditions = old.conditions.map { id in id.string.map { .string(ids[$0] ?? $0) } ?? id }
            return rule
        }
        return spec.object
    }
}

/// A spec of an imported document that can't be edited: it is served as it came.
struct VerbatimSpec: Record {
    struct Members: Sendable {
        let section = Member<DocumentTree.Section>("section", default: .gates)
        let name = Member<String>("name", default: "")
        /// The spec in format v2.
        let spec = Member<Object>("spec", default: [:])
        /// The conditions that the spec names, by ID.
        let conditions = Member<Object>("conditions", default: [:])
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }

    /// The spec in both formats.
    var rendered: RenderedSpec {
        let (section, name, spec) = (self.section, self.name, self.spec)
        let conditions = self.conditions.map { (id: $0.name, condition: $0.value) }
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A gate, config or layer of a document, before it is written in one of the formats.
struct SpecContent {
    /// What the formats don't agree on.
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
    /// Members that nobody here knows, of imported documents.
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
            let shared = rule.conditions.map(SpecContent.v2Condition)
            conditions += shared
            return rule.object(isV2: true, conditions: shared.map { .string($0.id) })
        }
        let v1Rules = v1.rules.map { rule in
            rule.object(
                isV2: false,
                conditions: rule.conditions.map { condition in
                    var condition = condition
                    condition["isDeviceBased"] = .bool(condition.text("idType").isStableID)
                    return .object(condition)
                })
        }
        var v1Spec = spec(v1, v1Rules)
        v1Spec["isDeviceBased"] = .bool(idType.isStableID)
        var v2Spec = spec(v2, v2Rules)
        v2Spec["version"] = .integer(version)
        return RenderedSpec(
            section: section, name: name, v2: v2Spec, v1: v1Spec, conditions: conditions,
            idLists: idLists)
    }

    private func spec(_ form: Form, _ rules: [Object]) -> Object {
        var object: Object = [
            "type": section == .gates ? "feature_gate" : "dynamic_config", "salt": .string(salt),
            "enabled": .bool(form.isEnabled), "defaultValue": form.defaultValue, "rules": .objects(rules),
            "idType": .string(idType), "entity": .string(kind.rawValue),
        ]
        if !targetApps.isEmpty { object["targetAppIDs"] = .strings(targetApps) }
        object["isActive"] = isActive.map(Value.bool)
        object["hasSharedParams"] = hasSharedParameters.map(Value.bool)
        object["explicitParameters"] = explicitParameters.map(Value.strings)
        return object.merging(extras)
    }

    /// A condition with its ID: the hash of its compact text.
    private static func v2Condition(_ condition: Object) -> RenderedSpec.SharedCondition {
        var condition = condition
        if condition["type"] == "user_bucket", let buckets = condition["targetValue"]?.array {
            condition["targetValue"] = .object(Object(distinct: buckets.map { (JSON.text($0), true) }))
        }
        let value = Value.object(condition)
        let hash = JSON.bytes(value).withUnsafeBufferPointer { DJB2.hash($0) }
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
    var conditions: [Object]
    var isExperimentGroup = false
    var delegate: String?
    /// Whether a gate is false where it holds, which each format says in its own way.
    var isRefusal = false

    /// The rule in a format.
    ///
    /// - Parameters:
    ///   - isV2: Whether it is for the v2 format.
    ///   - conditions: The conditions as the format has them.
    func object(isV2: Bool, conditions: [Value]) -> Object {
        var object: Object = ["name": .string(id)]
        object["groupName"] = groupName.map(Value.string)
        object["passPercentage"] = isRefusal && !isV2 ? 0 : .number(passPercentage)
        object["conditions"] = .array(conditions)
        object["returnValue"] = isRefusal && isV2 ? false : returnValue
        object["id"] = .string(id)
        object["salt"] = .string(salt)
        if isExperimentGroup { object["isExperimentGroup"] = true }
        object["configDelegate"] = delegate.map(Value.string)
        object["idType"] = .string(idType)
        if !isV2 { object["isDeviceBased"] = .bool(idType.isStableID) }
        return object
    }
}

extension String {
    /// Whether the unit is that of devices, which the v1 format marks.
    var isStableID: Bool { lowercased() == "stableid" }
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
        v1Text = JSON.bytes(.object(Object(distinct: [("name", .string(name))] + Array(v1))))
        conditionTexts = conditions.map { JSON.bytes($0.condition) }
    }

    /// The v2 form with other IDs for some conditions.
    func v2(renaming ids: [String: String]) -> Object {
        guard !ids.isEmpty else { return v2 }
        var spec = v2
        spec["rules"] = .objects(
            v2.objects("rules").map { rule in
                var rule = rule
                rule["conditions"] = .strings(rule.texts("conditions").map { ids[$0] ?? $0 })
                return rule
            })
        return spec
    }
}

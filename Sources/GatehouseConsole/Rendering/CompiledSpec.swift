// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A gate, config or layer of a document, before it is written in one of the formats.
struct CompiledSpec {
    /// What the formats don't agree on.
    struct Form {
        var isEnabled = true
        var defaultValue: Value
        var rules: [CompiledRule]
    }

    let section: DocumentTree.Section
    let name: String
    /// `feature_gate`, `segment`, `experiment` and the like.
    let kind: String
    let salt: String
    let idType: String
    let version: Int64
    let targetApps: [String]
    var newer: Form
    var older: Form
    /// Members that only some kinds have.
    var extra: Object = [:]
    /// The ID lists that it asks.
    var idLists: [String] = []
    /// Members that nobody here knows, of imported documents.
    private let extras: Object

    init(
        _ section: DocumentTree.Section, _ entity: Entity, name: String? = nil, kind: String, targetApps: [String],
        newer: Form, older: Form? = nil
    ) {
        self.section = section
        self.name = name ?? entity.id
        self.kind = kind
        salt = entity.salt
        idType = entity.idType
        version = entity.version
        extras = entity.members.object("extras")
        self.targetApps = targetApps
        self.newer = newer
        self.older = older ?? newer
    }

    /// The spec in both formats.
    var compiled: CompiledEntity {
        var conditions: [CompiledEntity.SharedCondition] = []
        let newerRules = newer.rules.map { rule in
            let shared = rule.conditions.map(CompiledSpec.newerCondition)
            conditions += shared
            return rule.object(isNewer: true, conditions: shared.map { .string($0.id) })
        }
        let olderRules = older.rules.map { rule in
            rule.object(
                isNewer: false,
                conditions: rule.conditions.map { condition in
                    var condition = condition
                    condition["isDeviceBased"] = .bool(condition.text("idType").isStableID)
                    return .object(condition)
                })
        }
        var olderSpec = spec(older, olderRules)
        olderSpec["isDeviceBased"] = .bool(idType.isStableID)
        var newerSpec = spec(newer, newerRules)
        newerSpec["version"] = .integer(version)
        return CompiledEntity(
            section: section, name: name, newer: newerSpec, older: olderSpec, conditions: conditions,
            idLists: idLists)
    }

    private func spec(_ form: Form, _ rules: [Object]) -> Object {
        var object: Object = [
            "type": section == .gates ? "feature_gate" : "dynamic_config", "salt": .string(salt),
            "enabled": .bool(form.isEnabled), "defaultValue": form.defaultValue, "rules": .objects(rules),
            "idType": .string(idType), "entity": .string(kind),
        ]
        if !targetApps.isEmpty { object["targetAppIDs"] = .strings(targetApps) }
        return object.merging(extra).merging(extras)
    }

    /// A condition with its ID: the hash of its compact text.
    private static func newerCondition(_ condition: Object) -> CompiledEntity.SharedCondition {
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
struct CompiledRule {
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
    ///   - isNewer: Whether it is for the newer format.
    ///   - conditions: The conditions as the format has them.
    func object(isNewer: Bool, conditions: [Value]) -> Object {
        var object: Object = ["name": .string(id)]
        object["groupName"] = groupName.map(Value.string)
        object["passPercentage"] = isRefusal && !isNewer ? 0 : .number(passPercentage)
        object["conditions"] = .array(conditions)
        object["returnValue"] = isRefusal && isNewer ? false : returnValue
        object["id"] = .string(id)
        object["salt"] = .string(salt)
        if isExperimentGroup { object["isExperimentGroup"] = true }
        object["configDelegate"] = delegate.map(Value.string)
        object["idType"] = .string(idType)
        if !isNewer { object["isDeviceBased"] = .bool(idType.isStableID) }
        return object
    }
}

extension String {
    /// Whether the unit is that of devices, which the older format marks.
    var isStableID: Bool { lowercased() == "stableid" }
}

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

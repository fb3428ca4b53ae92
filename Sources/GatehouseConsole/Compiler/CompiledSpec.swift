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

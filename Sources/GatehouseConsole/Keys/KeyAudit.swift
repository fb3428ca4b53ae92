// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Makes the audit entries for a change of a key, without secrets.
enum KeyAudit {
    /// The entry for a new key, with all fields as new values.
    static func created(_ key: Key, by actor: Actor, at time: Int64) -> AuditRecord {
        entry(.create, key, fields(of: key).map { ($0, .null, $1) }, actor, time)
    }

    /// The entry for a deleted key, with all fields as old values.
    static func deleted(_ key: Key, by actor: Actor, at time: Int64) -> AuditRecord {
        entry(.delete, key, fields(of: key).map { ($0, $1, .null) }, actor, time)
    }

    /// The entry for a rotated key, with both masks.
    static func rotated(from old: Key, to new: Key, by actor: Actor, at time: Int64) -> AuditRecord {
        entry(.regenerateSecret, new, [("key", .string(old.mask), .string(new.mask))], actor, time)
    }

    /// An entry for each field that an update has changed.
    static func updated(from old: Key, to new: Key, by actor: Actor, at time: Int64) -> [AuditRecord] {
        let parts: [(AuditAction, [String])] = [
            (.updateDescription, ["description"]), (.updateScopes, ["scopes"]),
            (.updateEnvironments, ["environments"]),
            (.updateTargetApp, ["primaryTargetApp", "secondaryTargetApps"]),
            (.deactivate, ["status"]),
        ]
        return parts.compactMap { action, names in
            let changes = changes(old, new, among: names)
            return changes.isEmpty ? nil : entry(action, new, changes, actor, time)
        }
    }

    private static func fields(of key: Key) -> [(name: String, value: Value)] {
        KeyJSON.object(key).filter { $0.name != "id" }.map { ($0.name, $0.value) }
    }

    private static func changes(_ old: Key, _ new: Key, among names: [String]) -> [(String, Value, Value)] {
        zip(fields(of: old), fields(of: new)).compactMap { old, new in
            names.contains(old.name) && old.value != new.value ? (old.name, old.value, new.value) : nil
        }
    }

    private static func entry(
        _ action: AuditAction, _ key: Key, _ changes: [(String, Value, Value)], _ actor: Actor, _ time: Int64
    ) -> AuditRecord {
        let object = Object(changes.map { ($0, .object(["old": $1, "new": $2])) })
        return AuditRecord(
            time: time, action: action.rawValue, entityID: key.id, entityName: key.mask, actorID: actor.id,
            actorName: actor.name, changes: JSON.text(.object(object)))
    }
}

/// The names of changes of keys in the audit log.
enum AuditAction: String, CaseIterable {
    case create = "sdk_key_create"
    case deactivate = "sdk_key_deactivate"
    case delete = "sdk_key_delete"
    case regenerateSecret = "secret_key_regenerate"
    case updateDescription = "sdk_key_update_description"
    case updateEnvironments = "sdk_key_update_environments"
    case updateTargetApp = "sdk_key_update_target_app"
    case updateScopes = "sdk_key_update_scopes"
}

/// A key as the Console API writes it.
enum KeyJSON {
    /// The key object.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - secret: The secret to show; without it the member `key` is the mask.
    /// - Returns: The object.
    static func object(_ key: Key, secret: Secret? = nil) -> Object {
        [
            "id": .string(key.id),
            "key": .string(secret?.text ?? key.mask),
            "type": .string(key.type.rawValue),
            "description": .string(key.description),
            "scopes": .array(key.scopes.map { .string($0.rawValue) }),
            "environments": strings(key.environments),
            "primaryTargetApp": key.primaryTargetApp.map(Value.string) ?? .null,
            "secondaryTargetApps": key.secondaryTargetApps.map(strings) ?? .null,
            "status": .string(key.status.rawValue),
            "createdTime": .integer(key.createdTime),
        ]
    }

    /// The key object with the member names of requests, for the answer to an update.
    static func updated(_ key: Key, secret: Secret? = nil) -> Object {
        var object = object(key, secret: secret)
        object["targetAppID"] = object["primaryTargetApp"]
        object["secondaryTargetAppIDs"] = object["secondaryTargetApps"]
        return object
    }

    private static func strings(_ values: [String]) -> Value { .array(values.map(Value.string)) }
}

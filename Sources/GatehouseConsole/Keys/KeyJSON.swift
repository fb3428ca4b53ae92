// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A key as the Console API writes it.
enum KeyJSON {
    /// The key object.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - secret: Its secret, where that is to be shown; else `key` has the mask.
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

    /// The key object with the names that requests have, as an update answers.
    static func updated(_ key: Key) -> Object {
        var object = object(key)
        object["targetAppID"] = object["primaryTargetApp"]
        object["secondaryTargetAppIDs"] = object["secondaryTargetApps"]
        return object
    }

    private static func strings(_ values: [String]) -> Value { .array(values.map(Value.string)) }
}

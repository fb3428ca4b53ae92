// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The bodies of requests about keys.
enum KeyRequests {
    private static let longestDescription = 1000
    private static let longestName = 200
    private static let mostNames = 100

    /// The body of a request to create a key.
    static func creation(_ body: [UInt8]) throws(APIError) -> NewKey {
        var fields = try Fields(body)
        let type: KeyType? = fields.word("type", isRequired: true)
        let description = fields.text("description", longest: longestDescription, hasLines: true, isRequired: true)
        let scopes: [KeyScope]? = fields.words("scopes")
        let environments = fields.texts("environments", longest: longestName, most: mostNames)
        let app = targetApp(&fields)
        let apps = secondaryTargetApps(&fields)
        try fields.check()
        guard let type, let description else { throw .notFound }
        var key = NewKey(type, description: description, scopes: scopes ?? [])
        key.environments = environments ?? []
        key.targetAppID = app ?? nil
        key.secondaryTargetAppIDs = apps ?? nil
        return key
    }

    /// The body of a request to update a key.
    static func update(_ body: [UInt8], of key: Key) throws(APIError) -> KeyChanges {
        var fields = try Fields(body)
        var changes = KeyChanges()
        changes.description = fields.text("description", longest: longestDescription, hasLines: true)
        changes.scopes = fields.words("scopes")
        changes.environments = fields.texts("environments", longest: longestName, most: mostNames)
        changes.targetAppID = targetApp(&fields)
        changes.secondaryTargetAppIDs = secondaryTargetApps(&fields)
        if fields.has("type"), fields.word("type") != key.type { fields.refuse("type", "can't be changed") }
        try fields.check()
        return changes
    }

    private static func targetApp(_ fields: inout Fields) -> String?? {
        if fields.isNull("targetAppID") { return .some(nil) }
        let app = fields.text("targetAppID", longest: longestName)
        if app == "" { fields.refuse("targetAppID", "must not be empty; null clears it") }
        return app.map { .some($0) }
    }

    private static func secondaryTargetApps(_ fields: inout Fields) -> [String]?? {
        if fields.isNull("secondaryTargetAppIDs") { return .some(nil) }
        return fields.texts("secondaryTargetAppIDs", longest: longestName, most: mostNames).map { .some($0) }
    }

    // MARK: - As described

    private static let shared: Object = [
        "description": Schemas.text(longest: longestDescription),
        "scopes": Schemas.array(Schemas.words(of: KeyScope.self)),
        "environments": Schemas.array(name, most: mostNames),
        "targetAppID": Schemas.nullable(name),
        "secondaryTargetAppIDs": Schemas.nullable(Schemas.array(name, most: mostNames)),
    ]
    private static let name: Value = ["type": "string", "minLength": 1, "maxLength": .integer(Int64(longestName))]

    /// The schema of ``creation(_:)``.
    static let creationSchema: Value = {
        var properties = shared
        properties["type"] = Schemas.words(of: KeyType.self)
        return Schemas.object(properties, required: ["type", "description"])
    }()

    /// The schema of ``update(_:of:)``.
    static let updateSchema = Schemas.object(shared)
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The bodies of requests about keys.
enum KeyRequests {
    private static let longestDescription = 1000
    private static let longestName = 200
    private static let mostNames = 100

    /// The members that requests have, the last two by the names that answers give them.
    private static let changeable = [
        "description", "scopes", "environments", "targetAppID", "secondaryTargetAppIDs", "primaryTargetApp",
        "secondaryTargetApps",
    ]
    /// The members of answers, which an update may send back as they are.
    private static let fixed = ["type", "status", "key", "id", "createdTime"]

    /// The body of a request to create a key.
    static func creation(_ body: [UInt8], _ names: KeyNames) throws(APIError) -> NewKey {
        var fields = try Fields(body)
        let type: KeyType? = fields.word("type", isRequired: true)
        let description = fields.text("description", longest: longestDescription, hasLines: true, isRequired: true)
        let scopes: [KeyScope]? = fields.words("scopes")
        let environments = environments(&fields, names)
        let app = targetApp(&fields, names)
        let apps = secondaryTargetApps(&fields, names)
        // An answer has null for a key without apps, but a request by the other names has nothing to clear.
        for member in ["targetAppID", "secondaryTargetAppIDs"] where fields.isNull(member) {
            fields.refuse(member, "must not be null in a new key")
        }
        fields.refuse(unknownTo: ["type"] + changeable)
        try fields.check()
        guard let type, let description else { throw .notFound }
        var key = NewKey(type, description: description, scopes: scopes ?? [])
        key.environments = environments ?? []
        key.targetAppID = app ?? nil
        key.secondaryTargetAppIDs = apps ?? nil
        return key
    }

    /// The body of a request to update a key.
    ///
    /// - Parameters:
    ///   - body: The body.
    ///   - key: The key.
    ///   - names: The names that the project has.
    /// - Returns: The changes.
    /// - Throws: ``APIError`` with each member that is wrong; none of them is ignored.
    static func update(
        _ body: [UInt8], of key: Key, _ names: KeyNames
    ) throws(APIError) -> KeyChanges {
        var fields = try Fields(body)
        var changes = KeyChanges()
        var names = names
        // A name that the key has already may stay, whatever became of it in the project.
        names.environments += key.environments
        names.targetApps += ([key.primaryTargetApp].compactMap(\.self) + (key.secondaryTargetApps ?? [])).map {
            (id: $0, name: $0)
        }
        changes.description = fields.text("description", longest: longestDescription, hasLines: true)
        changes.scopes = fields.words("scopes")
        changes.environments = environments(&fields, names)
        changes.targetAppID = targetApp(&fields, names)
        changes.secondaryTargetAppIDs = secondaryTargetApps(&fields, names)
        fields.refuse("type", unless: .string(key.type.rawValue))
        changes.deactivates = isDeactivation(&fields, of: key)
        let text = fields.value("key")?.string
        let isItsSecret = text.map { $0 == key.mask || SecretHash(of: $0).matches(key.hash) } ?? false
        if fields.has("key"), !isItsSecret {
            fields.refuse("key", "can't be changed; PATCH /console/v1/keys/{id}/rotate makes another")
        }
        fields.refuse("id", unless: .string(key.id))
        fields.refuse("createdTime", unless: .integer(key.createdTime))
        fields.refuse(unknownTo: changeable + fixed)
        try fields.check()
        return changes
    }

    private static func isDeactivation(_ fields: inout Fields, of key: Key) -> Bool {
        guard fields.has("status"), let status: KeyStatus = fields.word("status"), status != key.status else {
            return false
        }
        if status == .active { fields.refuse("status", "can't be active again; create another key") }
        return status == .deactivated
    }

    // MARK: - Names of the project

    private static func environments(_ fields: inout Fields, _ names: KeyNames) -> [String]? {
        guard let asked = fields.texts("environments", longest: longestName, most: mostNames) else { return nil }
        // Rules compare environments without the case of letters.
        var seen: Set<String> = []
        let environments = asked.filter { seen.insert($0.lowercased()).inserted }
        guard !names.allowsUnknownEnvironments else { return environments }
        let known = Set(names.environments.map { $0.lowercased() })
        let unknown = environments.filter { !known.contains($0.lowercased()) }
        if !unknown.isEmpty {
            fields.refuse("environments", KeyRequests.unknown(unknown, "environments", known: names.environments))
        }
        return environments
    }

    /// The target app by either of its names; an outer `nil` is a request that doesn't name it.
    private static func targetApp(_ fields: inout Fields, _ names: KeyNames) -> String?? {
        let name = member(&fields, "targetAppID", or: "primaryTargetApp")
        if fields.isNull(name) { return .some(nil) }
        guard let app = fields.text(name, longest: longestName) else { return nil }
        guard app != "" else {
            fields.refuse(name, "must not be empty; null clears it")
            return nil
        }
        return apps([app], name, &fields, names).first.map { .some($0) }
    }

    private static func secondaryTargetApps(_ fields: inout Fields, _ names: KeyNames) -> [String]?? {
        let name = member(&fields, "secondaryTargetAppIDs", or: "secondaryTargetApps")
        if fields.isNull(name) { return .some(nil) }
        return fields.texts(name, longest: longestName, most: mostNames).map { .some(apps($0, name, &fields, names)) }
    }

    /// The one of two names of a member that the request has.
    private static func member(_ fields: inout Fields, _ name: String, or other: String) -> String {
        guard fields.has(other) else { return name }
        guard fields.has(name) else { return other }
        if fields.value(name) != fields.value(other) { fields.refuse(other, "differs from \(name)") }
        return name
    }

    /// The IDs of target apps, each once.
    private static func apps(
        _ asked: [String], _ member: String, _ fields: inout Fields, _ names: KeyNames
    ) -> [String] {
        var apps: [String] = []
        var unknown: [String] = []
        for name in asked {
            let known = names.targetApps.first { $0.id == name } ?? names.targetApps.first { $0.name == name }
            let id = known?.id ?? name
            if !apps.contains(id) { apps.append(id) }
            if known == nil, !names.allowsUnknownTargetApps { unknown.append(name) }
        }
        if !unknown.isEmpty {
            fields.refuse(member, KeyRequests.unknown(unknown, "target apps", known: names.targetApps.map(\.id)))
        }
        return apps
    }

    private static func unknown(_ names: [String], _ noun: String, known: [String]) -> String {
        let shown = 20
        var seen: Set<String> = []
        let all = known.filter { seen.insert($0).inserted }
        let list = all.prefix(shown).joined(separator: ", ") + (all.count > shown ? ", …" : "")
        return "has \(names.joined(separator: ", ")), but the project's \(noun) are: \(all.isEmpty ? "none" : list)"
    }

    // MARK: - As described

    private static let name: Value = ["type": "string", "minLength": 1, "maxLength": .integer(Int64(longestName))]
    private static let shared: Object = [
        "description": Schemas.text(longest: longestDescription),
        "scopes": Schemas.array(Schemas.words(of: KeyScope.self)),
        "environments": Schemas.array(name, most: mostNames),
        "targetAppID": Schemas.nullable(name),
        "secondaryTargetAppIDs": Schemas.nullable(Schemas.array(name, most: mostNames)),
        "primaryTargetApp": Schemas.nullable(name),
        "secondaryTargetApps": Schemas.nullable(Schemas.array(name, most: mostNames)),
    ]

    /// The schema of ``creation(_:_:)``.
    static let creationSchema: Value = {
        var properties = shared
        properties["type"] = Schemas.words(of: KeyType.self)
        properties["targetAppID"] = name
        properties["secondaryTargetAppIDs"] = Schemas.array(name, most: mostNames)
        return closed(properties, required: ["type", "description"])
    }()

    /// The schema of ``update(_:of:_:)``.
    static let updateSchema: Value = {
        var properties = shared
        properties["type"] = Schemas.words(of: KeyType.self)
        properties["status"] = Schemas.words(of: KeyStatus.self)
        properties["key"] = Schemas.string
        properties["id"] = Schemas.string
        properties["createdTime"] = ["type": "integer"]
        return closed(properties)
    }()

    private static func closed(_ properties: Object, required: [String] = []) -> Value {
        var schema = Schemas.object(properties, required: required).object ?? [:]
        schema["additionalProperties"] = false
        return .object(schema)
    }
}

/// The names in a project that keys may have.
struct KeyNames {
    var environments: [String] = []
    /// The target apps; keys keep the IDs.
    var targetApps: [(id: String, name: String)] = []
    var allowsUnknownEnvironments = false
    var allowsUnknownTargetApps = false
}

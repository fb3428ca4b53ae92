// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The kinds of entities that the keys of OpenFeature flags name.
package enum FlagKind: String, Sendable {
    case gate, config, experiment, layer, store
}

/// The keys of OpenFeature flags.
package enum OpenFeatureKey {
    /// The most dots and slashes of a key at which a parameter's name may begin, counted from the end: trying all of a key that
    /// consists of dots would take a time that grows with the square of its length.
    private static let maximumSplits = 32

    /// The entities and parameters that a key may stand for: `a.b.c` is the parameter `c` of `a.b`, or else `b.c` of `a`.
    ///
    /// - Parameters:
    ///   - key: The key of a flag.
    ///   - find: Finds a flag by the names of an entity and a parameter.
    /// - Returns: The first flag that is found, `nil` without one.
    package static func firstParameter<Flag>(
        of key: String, _ find: (_ entity: String, _ parameter: String) -> Flag?
    ) -> Flag? {
        let splits = key.indices.reversed().lazy.filter { key[$0] == "." || key[$0] == "/" }
        for index in splits.prefix(maximumSplits) {
            if let flag = find(String(key[..<index]), String(key[key.index(after: index)...])) { return flag }
        }
        return nil
    }
}

extension FlagKind {
    /// The metadata of a flag: `kind`, `ruleID`, `idType` and `version` of the entity, as far as it has them.
    package func openFeatureMetadata(_ result: (any EvaluationResult)?) -> Object {
        var metadata: Object = ["kind": .string(rawValue)]
        guard let result else { return metadata }
        metadata["ruleID"] = .string(result.ruleID)
        metadata["idType"] = result.idType.map(Value.string)
        metadata["version"] = result.version.map { .integer(Int64($0)) }
        return metadata
    }
}

/// OpenFeature's evaluation contexts as users.
package enum OpenFeatureUser {
    /// The attributes that are texts of a user; all that aren't members of a user become custom fields.
    private static let texts: Set<String> = ["email", "ip", "userAgent", "country", "locale", "appVersion"]
    /// The attributes that are objects of a user.
    private static let maps: Set<String> = ["customIDs", "custom", "privateAttributes", "statsigEnvironment"]

    /// The members of the user of a context, in the format of SDKs.
    ///
    /// - Parameter context: The context with its `targetingKey`.
    /// - Returns: The user, `nil` when the targeting key isn't a string.
    package static func members(of context: Object) -> Object? {
        var user: Object = [:]
        // An array, since a context may have many members that users haven't.
        var custom: [Object.Member] = []
        for (name, value) in context {
            switch name {
            case "targetingKey":
                guard value.string != nil else { return nil }
                user["userID"] = value
            case "userID" where value.string != nil || value.integer != nil:
                if context["targetingKey"] == nil { user[name] = value }
            case "environment" where value.string != nil:
                if context["statsigEnvironment"]?.object == nil { user["statsigEnvironment"] = ["tier": value] }
            case _ where texts.contains(name) && value.string != nil: user[name] = value
            case _ where maps.contains(name) && value.object != nil: user[name] = value
            // PHP writes an empty map as an empty array.
            case _ where maps.contains(name) && value == []: user[name] = [:]
            default: custom.append((name, value))
            }
        }
        guard !custom.isEmpty else { return user }
        // By bytes, since strings with other scalars may be equal.
        let names = Set(custom.map { Array($0.name.utf8) })
        let own = (user["custom"]?.object ?? [:]).filter { !names.contains(Array($0.name.utf8)) }
        user["custom"] = .object(Object(distinct: own + custom))
        return user
    }
}

extension User {
    /// The user of an OpenFeature context.
    ///
    /// - Parameter context: The context with its `targetingKey`; `nil` is returned when that isn't a string.
    package init?(openFeature context: Object) {
        guard let members = OpenFeatureUser.members(of: context) else { return nil }
        self.init()
        self[.userID] = members["userID"]
        self[.email] = members["email"]
        self[.ip] = members["ip"]
        self[.userAgent] = members["userAgent"]
        self[.country] = members["country"]
        self[.locale] = members["locale"]
        self[.appVersion] = members["appVersion"]
        if let object = members["customIDs"]?.object { customIDs = object }
        if let object = members["custom"]?.object { custom = object }
        if let object = members["privateAttributes"]?.object { privateAttributes = object }
        environment = members["statsigEnvironment"]?.object
    }
}

extension Evaluation {
    /// OpenFeature's reason for a result.
    ///
    /// - Parameter hasRules: Whether rules could have decided.
    /// - Returns: The reason as OpenFeature spells it.
    package func openFeatureReason(hasRules: Bool) -> String {
        if groupName != nil { return "SPLIT" }
        switch ruleID {
        case "disabled": return "DISABLED"
        // Without rules the value is the same for all users.
        case "default": return hasRules ? "DEFAULT" : "STATIC"
        case "": return "UNKNOWN"
        default: return "TARGETING_MATCH"
        }
    }

    /// OpenFeature's variant of a result: the group, else the rule.
    package var openFeatureVariant: String { groupName ?? (ruleID.isEmpty ? "default" : ruleID) }
}

extension Ruleset {
    /// Finds the entity that an OpenFeature flag is.
    ///
    /// - Parameter name: The entity's name.
    /// - Returns: Its kind, and whether it has rules; `nil` for an unknown name, a segment or a holdout.
    package func flag(named name: String) -> (kind: FlagKind, hasRules: Bool)? {
        name.withTextBytes { text -> (kind: FlagKind, hasRules: Bool)? in
            func hasRules(_ index: Int) -> Bool { !program.specs[index].pointee.rules.isEmpty }
            let gate = program.gates.index(of: text)
            if gate >= 0, ClientSpecKind(program.specs[gate].pointee.entity) != .hidden {
                return (.gate, hasRules(gate))
            }
            let config = program.configIndex(program.configs.index(of: text))
            if config >= 0 {
                let isDynamic = ClientSpecKind(program.specs[config].pointee.entity) == .dynamicConfig
                return (isDynamic ? .config : .experiment, hasRules(config))
            }
            if program.autotunes.index(of: text) >= 0 { return (.experiment, true) }
            let layer = program.layerIndex(program.layers.index(of: text))
            if layer >= 0 { return (.layer, hasRules(layer)) }
            return program.parameterStores.index(of: text) >= 0 ? (.store, false) : nil
        }
    }
}

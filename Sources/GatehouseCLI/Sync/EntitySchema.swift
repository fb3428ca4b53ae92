// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The members that requests about a family may have, as the console's OpenAPI document says.
struct EntitySchema {
    /// The members that say who created an entity.
    private static let authors = ["creatorID", "creatorEmail", "owner"]
    /// The members of target apps that other entities have as their `targetApps`.
    private static let assignments = ["gates", "dynamicConfigs", "experiments"]
    /// The members that the console decides in a creation; an update sets them.
    private static let states = ["status", "launchedGroupID"]

    /// The members that an update takes only with the values that they have.
    private static let kept = ["idType"]

    let family: EntityFamily
    private let creation: Set<String>
    private let update: Set<String>

    /// Reads the members from an OpenAPI document.
    ///
    /// - Returns: `nil` when the console doesn't serve the family.
    init?(_ family: EntityFamily, in document: Object) {
        let paths = document["paths"]?.object ?? [:]
        let path = "/console/v1/\(family.rawValue)"
        guard let creation = EntitySchema.members(of: paths[path]?.object?["post"]) else { return nil }
        self.family = family
        self.creation = creation
        let entity = paths["\(path)/{id}"]?.object
        update = EntitySchema.members(of: entity?["patch"]) ?? (family == .segments ? ["rules"] : [])
    }

    private static func members(of operation: Value?) -> Set<String>? {
        guard
            let content = operation?.object?["requestBody"]?.object?["content"]?.object,
            let schema = content["application/json"]?.object?["schema"]?.object,
            let properties = schema["properties"]?.object
        else { return nil }
        return Set(properties.map(\.name))
    }

    /// The members of an answer that a file has: those that a creation takes.
    func filed(_ view: Object) -> Object {
        Object(
            view.filter { name, value in
                creation.contains(name) && value != .null
                    && !(EntitySchema.authors + EntitySchema.assignments).contains(name)
            }.map { ($0.name, $0.value) })
    }

    /// The body of the request that creates an entity.
    func creationBody(_ members: Object, id: String) -> Value {
        var body = members
        if creation.contains("id"), body["id"] == nil { body["id"] = .string(id) }
        if !creation.contains("id") { body["id"] = nil }
        for name in EntitySchema.states { body[name] = nil }
        if !EntitySchema.hasFittingBuckets(members) { body[EntitySchema.buckets] = nil }
        return .object(body)
    }

    /// Whether an update may change a member.
    func canUpdate(_ member: String) -> Bool { update.contains(member) && !EntitySchema.kept.contains(member) }

    /// The names of members that are in a file and that the console has otherwise.
    static func differences(_ members: Object, _ view: Object) -> [String] {
        let ignored = hasFittingBuckets(members) ? ["id"] : ["id", buckets]
        return members.filter { !isContained($0.value, in: view[$0.name], member: $0.name) }.map(\.name)
            .filter { !ignored.contains($0) }
    }

    private static let buckets = "buckets"

    /// Whether the buckets of an experiment are as many as its allocation asks for.
    ///
    /// They aren't in a file whose allocation was changed: the console chooses the others then.
    private static func hasFittingBuckets(_ members: Object) -> Bool {
        guard let buckets = members[buckets]?.array, let allocation = members["allocation"]?.double else { return true }
        return Double(buckets.count) / 10 == allocation
    }

    /// The members that are people's own JSON, in which nothing is left out.
    private static let values: Set = ["defaultValue", "returnValue", "parameterValues", "json"]

    /// Whether the console has a value: objects of the console may have more members than those of a file.
    ///
    /// The console makes IDs, salts and defaults that a file may leave out. People's own JSON has to be the same, and the
    /// parameters of a store have to have the same names.
    ///
    /// - Parameters:
    ///   - value: The value of a file.
    ///   - other: That of the console.
    ///   - member: The name of the member that has both.
    /// - Returns: Whether nothing of the value is missing, or otherwise, at the console.
    static func isContained(_ value: Value, in other: Value?, member: String = "") -> Bool {
        guard let other else {
            return value == .null || value.array?.isEmpty == true
        }
        if values.contains(member) { return value == .null || isSame(value, other) }
        if member == "parameters", let names = value.object?.map(\.name), let others = other.object?.map(\.name),
            Set(names) != Set(others)
        {
            return false
        }
        switch (value, other) {
        case (.object(let object), .object(let other)):
            return object.allSatisfy { name, value in
                // A rule with another percentage has a new ID with the same beginning.
                if name == "id", let id = value.string, let other = other[name]?.string {
                    return id.prefix { $0 != ":" } == other.prefix { $0 != ":" }
                }
                return isContained(value, in: other[name], member: name)
            }
        case (.array(let elements), .array(let others)):
            return elements.count == others.count && zip(elements, others).allSatisfy { isContained($0, in: $1) }
        default:
            return isSame(value, other)
        }
    }

    /// Whether two values are the same JSON, in whatever order members are.
    private static func isSame(_ value: Value, _ other: Value) -> Bool {
        switch (value, other) {
        case (.object(let object), .object(let other)):
            object.count == other.count
                && object.allSatisfy { name, value in other[name].map { isSame(value, $0) } ?? false }
        case (.array(let elements), .array(let others)):
            elements.count == others.count && zip(elements, others).allSatisfy { isSame($0, $1) }
        // 1 and 1.0 are one number; two integers may differ and have the same nearest double.
        case (.double, _), (_, .double): value.double == other.double && value.double != nil
        default: value == other
        }
    }
}

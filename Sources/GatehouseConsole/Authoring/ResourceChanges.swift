// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import HTTPTypes

/// Makes resources of requests.
enum ResourceCreation {

    /// Creates an resource.
    ///
    /// - Parameters:
    ///   - body: A request that fits the family's schema.
    ///   - description: The family.
    ///   - draft: Where it goes.
    static func create(_ body: Object, _ description: ResourceDescription, _ draft: inout Draft) throws -> Resource {
        let name = body.text("name")
        let id = body["id"]?.string ?? slug(name)
        var errors = nameErrors("name", name, description)
        if body["id"] != nil { errors += nameErrors("id", id, description, allowsSpaces: false) }
        guard errors.isEmpty else { throw APIError.invalid(errors) }
        guard description.family.sharingNames.allSatisfy({ draft.project[$0, id] == nil }),
            !draft.project.unordered(description.family).contains(where: { $0.name == name })
        else {
            throw APIError(
                .badRequest, "Name is already in use",
                errors: [FieldError(property: "name", message: "name is already in use")])
        }
        var resource = Resource(family: description.family, id: id, members: description.defaults)
        let known = description.properties.merging(description.creationProperties)
        for (member, value) in body where known[member] != nil && member != "id" { resource[member] = value }
        resource["createdTime"] = .integer(draft.time)
        resource["creatorID"] = body["creatorID"] ?? draft.actor.id.map(Value.string) ?? .null
        resource["creatorName"] = .string(draft.actor.apiName)
        resource["creatorEmail"] = body["creatorEmail"] ?? .null
        try description.prepare(&resource, nil, body, &draft)
        draft.put(resource)
        try References.check(resource, draft.project)
        return resource
    }

    static func slug(_ name: String) -> String { name.lowercased().replacing(" ", with: "_") }

    static func nameErrors(
        _ property: String, _ text: String, _ description: ResourceDescription, allowsSpaces: Bool = true
    ) -> [FieldError] {
        let lengths = description.names == .free ? 1...100 : 3...100
        guard lengths.contains(text.unicodeScalars.count) else {
            return [
                FieldError(
                    property: property,
                    message: "\(property) must have \(lengths.lowerBound) to \(lengths.upperBound) characters")
            ]
        }
        guard description.names != .free else { return [] }
        let isValid = text.utf8.allSatisfy { byte in
            let character = Unicode.Scalar(byte)
            return character.isASCII && (character.properties.isAlphabetic || (0x30...0x39).contains(byte))
                || character == "_" || character == "-" || character == "." && description.names == .dotted
                || character == " " && allowsSpaces
        }
        return isValid
            ? []
            : [
                FieldError(
                    property: property, message: "\(property) must match \(description.names.rawValue)")
            ]
    }
}

/// Applies requests to resources.
enum ResourceUpdate {
    static func update(
        _ old: Resource, _ body: Object, isFull: Bool, _ description: ResourceDescription, _ draft: inout Draft
    ) throws {
        try Settling.checkEditable(old)
        var resource = old
        for (member, _) in description.properties {
            if let value = body[member] {
                resource[member] = value
            } else if isFull, ResourceUpdate.isReplaced(member) {
                resource[member] = description.defaults[member]
            }
        }
        if resource.name != old.name {
            let errors = ResourceCreation.nameErrors("name", resource.name, description)
            guard errors.isEmpty else { throw APIError.invalid(errors) }
            guard !draft.project.unordered(old.family).contains(where: { $0.name == resource.name && $0.id != old.id })
            else { throw APIError(.badRequest, "Name is already in use") }
        }
        try description.prepare(&resource, old, body, &draft)
        draft.put(resource)
        try References.check(resource, draft.project)
    }

    /// Whether a full update without a member gives it its default: names and salts stay, else users would move.
    private static func isReplaced(_ member: String) -> Bool {
        !["name", "salt", "layerSalt", "idType", "buckets", "associationID", "baseID", "status", "isEnabled"]
            .contains(member)
    }
}

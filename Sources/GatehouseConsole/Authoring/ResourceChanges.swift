// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Makes resources of requests.
enum ResourceCreation {
    /// Creates a resource.
    ///
    /// - Parameters:
    ///   - body: A request that fits the type's schema, beside members that only responses have.
    ///   - description: The type.
    ///   - draft: The project that gets the resource.
    /// - Returns: The resource.
    /// - Throws: ``DomainError`` when the request breaks a rule.
    static func create(
        _ body: Object, _ description: ResourceDescription, _ draft: inout Draft
    ) throws(DomainError) -> Resource {
        let request = Resource(description.type, id: "", body)
        let givenID = body[ResourceDescription.idMember]?.string
        let name = body[Resource.members.name.name] == nil ? givenID ?? "" : request.name
        let id = givenID ?? slug(name)
        var errors = nameErrors(Resource.members.name.name, name, description)
        if givenID != nil { errors += nameErrors(ResourceDescription.idMember, id, description, allowsSpaces: false) }
        guard errors.isEmpty else { throw .invalid(errors) }
        try checkID(id, ResourceDescription.idMember, description)
        let project = draft.project
        guard description.type.sharingNames.allSatisfy({ project[$0, id] == nil }),
            !project.unordered(description.type).contains(where: { $0.name == name }),
            !(AuthoredProject.builtIn[description.type] ?? []).contains(where: { $0.name == name })
        else { throw .nameInUse(isNew: true) }
        var resource = Resource(description.type, id: id, description.defaults)
        resource.name = name
        let known = description.properties.merging(description.creationProperties)
        for (member, value) in body where known[member] != nil && member != ResourceDescription.idMember {
            resource.object[member] = value
        }
        resource.createdTime = draft.time
        resource.creatorID = request.creatorID ?? draft.actor.id
        resource.creatorName = draft.actor.apiName
        resource.creatorEmail = request.creatorEmail
        try description.rules.prepare(&resource, nil, body, &draft)
        draft.put(resource)
        try References.check(resource, draft.project)
        try ResponseMembers.check(
            body, of: try draft.resource(resource.type, id), known, description, draft.project)
        return resource
    }

    /// Refuses an ID that is the name of an endpoint.
    static func checkID(_ id: String, _ member: String, _ description: ResourceDescription) throws(DomainError) {
        guard !description.reservedIDs.contains(id) else { throw .invalid(member, "is the name of an endpoint") }
    }

    static func slug(_ name: String) -> String { name.lowercased().replacing(" ", with: "_") }

    static func nameErrors(
        _ property: String, _ text: String, _ description: ResourceDescription, allowsSpaces: Bool = true
    ) -> [FieldError] {
        let lengths = (description.names == .free ? 1 : description.shortestName)...100
        func error(_ rule: String) -> [FieldError] { [FieldError(property: property, message: "\(property) \(rule)")] }
        guard lengths.contains(text.unicodeScalars.count) else {
            return error("must have \(lengths.lowerBound) to \(lengths.upperBound) characters")
        }
        guard !text.hasControlCharacters else { return error("must not have control characters") }
        guard description.names != .free else { return [] }
        let isValid = text.utf8.allSatisfy { byte in
            let character = Unicode.Scalar(byte)
            return character.isASCII && (character.properties.isAlphabetic || (0x30...0x39).contains(byte))
                || character == "_" || character == "-" || character == "." && description.names == .dotted
                || character == " " && allowsSpaces
        }
        return isValid ? [] : error("must match \(description.names.rawValue)")
    }
}

/// Applies requests to resources.
enum ResourceUpdate {
    /// The members that a full update doesn't reset when it leaves them out: users would move to other values.
    private static let kept: Set<String> = [
        Resource.members.name.name, Resource.members.salt.name, Experiment.members.layerSalt.name,
        Resource.members.idType.name, Experiment.members.buckets.name, Holdout.members.associationID.name,
        Holdout.members.baseID.name, Resource.members.statusText.name, Gate.members.isEnabled.name,
        DynamicConfig.members.defaultValue.name, DynamicConfig.members.defaultValueJSON5.name,
        DynamicConfig.members.owner.name, Resource.members.creatorID.name, Resource.members.creatorEmail.name,
        Experiment.members.decisionReason.name, Experiment.members.launchedGroupID.name,
    ]

    /// Updates a resource.
    ///
    /// - Parameters:
    ///   - old: The resource.
    ///   - body: A request that fits the type's schema, beside members that only responses have.
    ///   - isFull: Whether members that the request leaves out get their defaults.
    ///   - description: The type.
    ///   - draft: The project that gets the changed resource.
    /// - Throws: ``DomainError`` when the request breaks a rule.
    static func update(
        _ old: Resource, _ body: Object, isFull: Bool, _ description: ResourceDescription, _ draft: inout Draft
    ) throws(DomainError) {
        try Normalization.checkEditable(old)
        var resource = old
        for (member, _) in description.properties {
            if let value = body[member] {
                resource.object[member] = value
            } else if isFull, !description.keepsUnnamedMembers, !kept.contains(member) {
                resource.object[member] = description.defaults[member]
            }
        }
        let idType = Resource.members.idType.name
        if isFull { resource.object[idType] = old.object[idType] }
        guard resource.idType == old.idType else {
            throw .invalid(idType, "can't be changed: it is \(old.idType)")
        }
        if resource.name != old.name {
            let errors = ResourceCreation.nameErrors(Resource.members.name.name, resource.name, description)
            guard errors.isEmpty else { throw .invalid(errors) }
            let others = draft.project.unordered(old.type)
            guard !others.contains(where: { $0.name == resource.name && $0.id != old.id }) else {
                throw .nameInUse(isNew: false)
            }
        }
        let before = draft.project
        try description.rules.prepare(&resource, old, body, &draft)
        draft.put(resource)
        try References.check(resource, draft.project)
        if isFull {
            try ResponseMembers.check(
                body, of: draft.project[old.type, old.id] ?? old, description.properties, description, draft.project)
        } else {
            try ResponseMembers.checkPart(body, of: old, description, before, draft.project)
        }
    }

    /// Gives a resource other rules.
    static func setRules(_ rules: [Rule], of resource: Resource, _ draft: inout Draft) throws(DomainError) {
        try update(
            resource, [Resource.members.rules.name: rules.json], isFull: false, .of(resource.type), &draft)
    }
}

/// The members of requests that only responses have: clients send back what they have read.
enum ResponseMembers {
    private static let maximumErrors = 20

    /// Refuses members of a creation or full update that no response has.
    static func check(
        _ body: Object, of resource: Resource, _ known: Object, _ description: ResourceDescription,
        _ project: AuthoredProject
    ) throws(DomainError) {
        let others = body.filter { known[$0.name] == nil && $0.value != .null }
        guard !others.isEmpty else { return }
        let view = description.view(resource, project)
        let errors = others.filter { view[$0.name] == nil }.prefix(maximumErrors).map { member in
            UnknownMember.error(member.name, among: known.map(\.name))
        }
        guard errors.isEmpty else { throw .invalid(errors) }
    }

    /// Refuses members of a partial update that differ from what the resource has before and after it.
    static func checkPart(
        _ body: Object, of old: Resource, _ description: ResourceDescription, _ before: AuthoredProject,
        _ after: AuthoredProject
    ) throws(DomainError) {
        let known = description.properties
        let resource = after[old.type, old.id] ?? old
        try check(body, of: resource, known, description, after)
        let others = body.filter { known[$0.name] == nil && !description.measured.contains($0.name) }
        guard !others.isEmpty else { return }
        let (first, second) = (description.view(old, before), description.view(resource, after))
        let errors = others.filter { name, value in value != .null && first[name] != value && second[name] != value }
            .prefix(maximumErrors).map { name, _ in
                FieldError(
                    property: name,
                    message: "\(name) can't be set by this request: it is \(JSON.text(second[name] ?? .null))")
            }
        guard errors.isEmpty else { throw .invalid(errors) }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Which resources ask which gates, segments and holdouts, by the names they have in documents.
enum References {
    /// The names that a resource asks, with the members that name them.
    static func asked(by resource: Resource) -> [(property: String, name: String)] {
        var found: [(property: String, name: String)] = []
        for (index, rule) in resource.rules.enumerated() {
            for (position, condition) in rule.conditions.enumerated() {
                guard let type = ConditionType(rawValue: condition.type), type.isReference else { continue }
                let id = condition.texts.first ?? ""
                let property = "rules.\(index).conditions.\(position).targetValue"
                found.append((property, type.asksSegment ? Segment.namePrefix + id : id))
            }
        }
        let gate = resource.targetingGateID
        if !gate.isEmpty { found.append((Resource.members.targetingGateID.name, gate)) }
        if resource.type == .experiments {
            for (index, override) in Experiment(resource).conditionalOverrides.enumerated() {
                found.append(("overrides.\(index).id", override.gate))
            }
        }
        return found
    }

    /// Refuses a resource that asks something that doesn't exist, or itself in the end.
    static func check(_ resource: Resource, _ project: AuthoredProject) throws(DomainError) {
        let errors = asked(by: resource).compactMap { property, name -> FieldError? in
            guard !exists(name, in: project) else { return nil }
            let kind = Segment.id(inName: name) == nil ? "gate" : "segment"
            return FieldError(property: property, message: "\(property) must be the ID of a \(kind) that exists")
        }
        guard errors.isEmpty else { throw .invalid(errors) }
        guard let start = documentName(of: resource) else { return }
        var pending = [start]
        var seen: Set<String> = []
        while let name = pending.popLast() {
            for next in gates(askedBy: name, in: project) {
                guard next != start else {
                    throw .invalid("rules", "must not ask \(resource.name) itself, through others either")
                }
                if seen.insert(next).inserted { pending.append(next) }
            }
        }
    }

    /// The resources of some types that ask a resource, which can't do without it.
    static func users(of resource: Resource, _ project: AuthoredProject, in types: [ResourceType]) -> [Resource] {
        guard let name = documentName(of: resource) else { return [] }
        return types.flatMap { project.all($0) }.filter { other in
            !other.isArchived && asked(by: other).contains { $0.name == name }
        }
    }

    /// Refuses to remove a resource that others ask.
    static func checkUnused(_ resource: Resource, _ draft: Draft) throws(DomainError) {
        let users = users(
            of: resource, draft.project, in: [.gates, .dynamicConfigs, .segments, .holdouts, .experiments])
        let stores = draft.project.all(ParameterStore.self).filter { ParameterStores.reads(resource, $0) }
        guard let user = (users + stores.map(\.resource)).first else { return }
        throw .used(name: resource.name, by: user.name)
    }

    private static func exists(_ name: String, in project: AuthoredProject) -> Bool {
        if project.importedGates.contains(name) { return true }
        if let id = Segment.id(inName: name) { return project[.segments, id] != nil }
        return project[.gates, name] != nil || project[.holdouts, name] != nil
    }

    private static func documentName(of resource: Resource) -> String? {
        switch resource.type {
        case .gates, .holdouts: resource.id
        case .segments: Segment(resource).documentName
        default: nil
        }
    }

    private static func gates(askedBy name: String, in project: AuthoredProject) -> [String] {
        if let id = Segment.id(inName: name) {
            return project[.segments, id].map { asked(by: $0).map(\.name) } ?? []
        }
        if let gate = project[.gates, name] {
            let holdouts = project.unordered(.holdouts).map(Holdout.init).filter { $0.covers(.gates, name) }
            return asked(by: gate).map(\.name) + holdouts.map(\.id)
        }
        return project[.holdouts, name].map { asked(by: $0).map(\.name) } ?? []
    }
}

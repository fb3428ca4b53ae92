// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Who asks whom: gates, segments and holdouts by the names they have in documents.
enum References {
    /// What an resource asks, with where it says so.
    static func asked(by resource: Resource) -> [(property: String, name: String)] {
        var found: [(property: String, name: String)] = []
        for (index, rule) in resource.members.objects("rules").enumerated() {
            for (position, object) in rule.objects("conditions").enumerated() {
                let condition = Condition(object)
                guard let type = ConditionType(rawValue: condition.type), type.isReference else { continue }
                let name = condition.texts.first ?? ""
                let property = "rules.\(index).conditions.\(position).targetValue"
                found.append((property, type.asksSegment ? "segment:\(name)" : name))
            }
        }
        let gate = resource.text("targetingGateID")
        if !gate.isEmpty { found.append(("targetingGateID", gate)) }
        if resource.family == .experiments {
            for (index, override) in resource.members.objects("overrides").enumerated() {
                found.append(("overrides.\(index).id", Experiment.ConditionalOverride(override).gate))
            }
        }
        return found
    }

    /// Refuses an resource that asks something that isn't there, or itself in the end.
    static func check(_ resource: Resource, _ project: AuthoredProject) throws {
        let errors = asked(by: resource).compactMap { property, name -> FieldError? in
            guard !exists(name, in: project) else { return nil }
            let kind = name.hasPrefix("segment:") ? "segment" : "gate"
            return FieldError(property: property, message: "\(property) must be the ID of a \(kind) that exists")
        }
        guard errors.isEmpty else { throw APIError.invalid(errors) }
        guard let start = documentName(of: resource) else { return }
        var pending = [start]
        var seen: Set<String> = []
        while let name = pending.popLast() {
            for next in gates(askedBy: name, in: project) {
                guard next != start else {
                    throw APIError.invalid("rules", "rules must not ask \(resource.name) itself, through others either")
                }
                if seen.insert(next).inserted { pending.append(next) }
            }
        }
    }

    /// The resources that ask one, which can't do without it.
    static func users(of resource: Resource, _ project: AuthoredProject, in families: [ResourceType]) -> [Resource] {
        guard let name = documentName(of: resource) else { return [] }
        return families.flatMap { project.all($0) }.filter { other in
            !other.isArchived && asked(by: other).contains { $0.name == name }
        }
    }

    /// Refuses to take away what others ask.
    static func checkUnused(_ resource: Resource, _ draft: Draft) throws {
        let users = users(
            of: resource, draft.project, in: [.gates, .dynamicConfigs, .segments, .holdouts, .experiments])
        let stores = draft.project.all(.paramStores).filter { ParamStores.reads(resource, $0) }
        guard let user = (users + stores).first else { return }
        throw APIError(.badRequest, "\(resource.name) is used by \(user.name).")
    }

    private static func exists(_ name: String, in project: AuthoredProject) -> Bool {
        if project.importedGates.contains(name) { return true }
        if name.hasPrefix("segment:") { return project[.segments, String(name.dropFirst(8))] != nil }
        return project[.gates, name] != nil || project[.holdouts, name] != nil
    }

    private static func documentName(of resource: Resource) -> String? {
        switch resource.family {
        case .gates, .holdouts: resource.id
        case .segments: "segment:\(resource.id)"
        default: nil
        }
    }

    private static func gates(askedBy name: String, in project: AuthoredProject) -> [String] {
        if name.hasPrefix("segment:") {
            return project[.segments, String(name.dropFirst(8))].map { asked(by: $0).map(\.name) } ?? []
        }
        if let gate = project[.gates, name] {
            let holdouts = project.unordered(.holdouts).filter { $0.members.texts("gateIDs").contains(name) }
            return asked(by: gate).map(\.name) + holdouts.map(\.id)
        }
        return project[.holdouts, name].map { asked(by: $0).map(\.name) } ?? []
    }
}

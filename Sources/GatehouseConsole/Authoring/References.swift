// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// Who asks whom: gates, segments and holdouts by the names they have in documents.
enum References {
    /// What an entity asks, with where it says so.
    static func asked(by entity: Entity) -> [(property: String, name: String)] {
        var found: [(property: String, name: String)] = []
        for (index, rule) in entity.members.objects("rules").enumerated() {
            for (position, object) in rule.objects("conditions").enumerated() {
                let condition = Condition(object)
                guard let type = ConditionType(rawValue: condition.type), type.isReference else { continue }
                let name = condition.texts.first ?? ""
                let property = "rules.\(index).conditions.\(position).targetValue"
                found.append((property, type.asksSegment ? "segment:\(name)" : name))
            }
        }
        let gate = entity.text("targetingGateID")
        if !gate.isEmpty { found.append(("targetingGateID", gate)) }
        if entity.family == .experiments {
            for (index, override) in entity.members.objects("overrides").enumerated() {
                found.append(("overrides.\(index).id", Experiment.ConditionalOverride(override).gate))
            }
        }
        return found
    }

    /// Refuses an entity that asks something that isn't there, or itself in the end.
    static func check(_ entity: Entity, _ project: AuthoredProject) throws {
        let errors = asked(by: entity).compactMap { property, name -> FieldError? in
            guard !exists(name, in: project) else { return nil }
            let kind = name.hasPrefix("segment:") ? "segment" : "gate"
            return FieldError(property: property, message: "\(property) must be the ID of a \(kind) that exists")
        }
        guard errors.isEmpty else { throw APIError.invalid(errors) }
        guard let start = documentName(of: entity) else { return }
        var pending = [start]
        var seen: Set<String> = []
        while let name = pending.popLast() {
            for next in gates(askedBy: name, in: project) {
                guard next != start else {
                    throw APIError.invalid("rules", "rules must not ask \(entity.name) itself, through others either")
                }
                if seen.insert(next).inserted { pending.append(next) }
            }
        }
    }

    /// The entities that ask one, which can't do without it.
    static func users(of entity: Entity, _ project: AuthoredProject, in families: [Family]) -> [Entity] {
        guard let name = documentName(of: entity) else { return [] }
        return families.flatMap { project.all($0) }.filter { other in
            !other.isArchived && asked(by: other).contains { $0.name == name }
        }
    }

    /// Refuses to take away what others ask.
    static func checkUnused(_ entity: Entity, _ draft: Draft) throws {
        let users = users(
            of: entity, draft.project, in: [.gates, .dynamicConfigs, .segments, .holdouts, .experiments])
        let stores = draft.project.all(.paramStores).filter { ParamStores.reads(entity, $0) }
        guard let user = (users + stores).first else { return }
        throw APIError(.badRequest, "\(entity.name) is used by \(user.name).")
    }

    private static func exists(_ name: String, in project: AuthoredProject) -> Bool {
        if project.importedGates.contains(name) { return true }
        if name.hasPrefix("segment:") { return project[.segments, String(name.dropFirst(8))] != nil }
        return project[.gates, name] != nil || project[.holdouts, name] != nil
    }

    private static func documentName(of entity: Entity) -> String? {
        switch entity.family {
        case .gates, .holdouts: entity.id
        case .segments: "segment:\(entity.id)"
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

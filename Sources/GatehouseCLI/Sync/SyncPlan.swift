// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseEvaluation

/// What has to change at a console so that it has what a folder has.
struct SyncPlan {
    enum Step {
        case create(EntityName, Object)
        case update(EntityName, [String], Object)
        case delete(EntityName)
        case environments([Object])

        var text: String {
            switch self {
            case .create(let name, _): "create \(name)"
            case .update(let name, let members, _): "update \(name): \(members.joined(separator: ", "))"
            case .delete(let name): "delete \(name)"
            case .environments(let list):
                "update environments: \(list.compactMap { $0["name"]?.string }.joined(separator: ", "))"
            }
        }
    }

    /// The steps, in the order in which they are tried.
    private(set) var steps: [Step] = []
    /// Differences that no request can remove.
    private(set) var problems: [String] = []
    /// The number of entities that are at the console only and stay.
    private(set) var keptCount = 0
    private(set) var unchangedCount = 0

    private let schemas: [EntityFamily: EntitySchema]

    /// Compares a folder with a console.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - console: The console.
    ///   - deletes: Whether entities that the folder doesn't have are deleted.
    /// - Throws: ``CommandFailure/input(_:)`` when either can't be read.
    init(_ folder: EntityFolder, _ console: ConsoleClient, deletes: Bool) async throws(CommandFailure) {
        let local = try folder.entities()
        let environments = try folder.environments()
        let remote = try await RemoteEntities(console)
        schemas = remote.schemas
        if let environments { planEnvironments(environments, remote.environments, deletes: deletes) }
        for (name, members) in local.sorted(by: { $0.key < $1.key }) {
            guard let schema = schemas[name.family] else {
                problems.append("\(name): the console doesn't serve \(name.family.rawValue)")
                continue
            }
            guard let view = remote.entities[name] else {
                steps.append(.create(name, members))
                continue
            }
            plan(name, members, view, schema)
        }
        let others = remote.entities.keys.filter { local[$0] == nil }.sorted()
        if deletes {
            steps += others.reversed().map(Step.delete)
        } else {
            keptCount = others.count
        }
    }

    private mutating func plan(_ name: EntityName, _ members: Object, _ view: Object, _ schema: EntitySchema) {
        let differences = EntitySchema.differences(members, view)
        guard !differences.isEmpty else {
            unchangedCount += 1
            return
        }
        let fixed = differences.filter { !schema.canUpdate($0) }
        guard fixed.isEmpty else {
            problems.append("\(name): an update can't change \(fixed.joined(separator: ", "))")
            return
        }
        steps.append(.update(name, differences, members))
    }

    /// Plans the list of environments, which the console replaces as a whole.
    private mutating func planEnvironments(_ asked: [Object], _ known: [Object], deletes: Bool) {
        func name(_ environment: Object) -> String { environment["name"]?.string ?? "" }
        var list = asked.map { environment -> Object in
            var changed = environment
            changed["id"] = known.first { name($0) == name(environment) }?["id"]
            return changed
        }
        let others = known.filter { other in !asked.contains { name($0) == name(other) } }
        if !deletes { list += others }
        let isSame =
            list.count == known.count
            && list.allSatisfy { environment in
                known.contains { EntitySchema.isContained(.object(environment), in: .object($0)) }
            }
        if !isSame { steps.append(.environments(list)) }
    }

    // MARK: - Applying

    /// Makes the changes.
    ///
    /// A step that is refused is tried again after the others, since it may need an entity that another step creates.
    ///
    /// - Parameters:
    ///   - console: The console.
    ///   - report: Called with each step that was made.
    /// - Returns: The refusals of the steps that can't be made.
    /// - Throws: ``CommandFailure/input(_:)`` when the console can't be reached.
    func apply(to console: ConsoleClient, _ report: (Step) throws -> Void) async throws -> [String] {
        var pending = steps
        var refusals: [String] = []
        while !pending.isEmpty {
            refusals = []
            var left: [Step] = []
            var hasProgress = false
            for step in pending {
                var step = step
                let isNew = if case .create = step { true } else { false }
                if let refusal = try await make(&step, console) {
                    refusals.append("\(step.text): \(refusal)")
                    left.append(step)
                    if isNew, case .update = step { hasProgress = true }
                } else {
                    hasProgress = true
                    try report(step)
                }
            }
            pending = left
            if !hasProgress { break }
        }
        return pending.isEmpty ? [] : refusals
    }

    /// Makes one step.
    ///
    /// A creation whose update is refused becomes that update.
    ///
    /// - Returns: The refusal of the console, `nil` for a success.
    private func make(_ step: inout Step, _ console: ConsoleClient) async throws(CommandFailure) -> String? {
        switch step {
        case .environments(let list):
            let body: Value = .object([EntityFolder.environments: .array(list.map(Value.object))])
            let answer = try await console.send(.post, EntityFolder.environments, body)
            return answer.isSuccess ? nil : answer.refusal
        case .delete(let name):
            let answer = try await console.send(.delete, path(of: name))
            return answer.isSuccess || answer.status == 404 ? nil : answer.refusal
        case .update(let name, let members, let local):
            return try await update(name, members, local, console)
        case .create(let name, let local):
            guard let schema = schemas[name.family] else { return nil }
            let body = schema.creationBody(local, id: name.id)
            let answer = try await console.send(.post, name.family.rawValue, body)
            guard answer.isSuccess else { return answer.refusal }
            let view = answer.data.object ?? [:]
            guard view["id"]?.string == name.id else {
                return "the console gave it the ID \(view["id"]?.string ?? "?"); name the file so"
            }
            let differences = EntitySchema.differences(local, view).filter(schema.canUpdate)
            guard !differences.isEmpty, let refusal = try await update(name, differences, local, console) else {
                return nil
            }
            step = .update(name, differences, local)
            return refusal
        }
    }

    private func update(
        _ name: EntityName, _ members: [String], _ local: Object, _ console: ConsoleClient
    ) async throws(CommandFailure) -> String? {
        let answer: ConsoleClient.Answer
        if name.family == .segments {
            answer = try await console.send(.post, "\(path(of: name))/conditional", local["rules"] ?? [])
        } else {
            let body = Object(members.map { ($0, local[$0] ?? .null) })
            answer = try await console.send(.patch, path(of: name), .object(body))
        }
        guard answer.isSuccess else { return answer.refusal }
        let read = try await console.send(.get, path(of: name))
        let left = EntitySchema.differences(local, read.data.object ?? [:]).filter { members.contains($0) }
        return left.isEmpty ? nil : "the console took the request, but shows another \(left.joined(separator: ", "))"
    }

    private func path(of name: EntityName) -> String {
        "\(name.family.rawValue)/\(ConsoleClient.segment(name.id))"
    }
}

/// What a console has.
struct RemoteEntities {
    let schemas: [EntityFamily: EntitySchema]
    let environments: [Object]
    /// The entities as answers show them.
    private(set) var entities: [EntityName: Object] = [:]

    init(_ console: ConsoleClient) async throws(CommandFailure) {
        let document = try await console.description()
        var schemas: [EntityFamily: EntitySchema] = [:]
        for family in EntityFamily.allCases {
            guard let schema = EntitySchema(family, in: document) else { continue }
            schemas[family] = schema
            // What every project has without a change, such as the unit userID, has the version 0.
            for view in try await console.list(family.rawValue) where view["version"] != 0 {
                guard let id = view["id"]?.string, !id.isEmpty else { continue }
                let name = EntityName(family: family, id: id)
                entities[name] = family == .experiments ? try await RemoteEntities.details(of: name, console) : view
            }
        }
        self.schemas = schemas
        let answer = try await console.send(.get, EntityFolder.environments)
        guard answer.isSuccess else { throw .input("\(console.url): GET environments: \(answer.refusal)") }
        environments = (answer.data.object?[EntityFolder.environments]?.array ?? []).compactMap(\.object)
    }

    /// The answer about one entity, which says more than the list.
    private static func details(of name: EntityName, _ console: ConsoleClient) async throws(CommandFailure) -> Object {
        let answer = try await console.send(.get, "\(name.family.rawValue)/\(ConsoleClient.segment(name.id))")
        guard answer.isSuccess, let view = answer.data.object else {
            throw .input("\(console.url): GET \(name): \(answer.refusal)")
        }
        return view
    }
}

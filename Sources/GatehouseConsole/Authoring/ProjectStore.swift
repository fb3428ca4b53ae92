// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import Logging
internal import GatehouseEvaluation
internal import Synchronization

/// The authored project: readers get it from memory without waiting; writers change it one at a time, in the database first.
///
/// A change is published before it is acknowledged.
final class ProjectStore: Sendable {
    private struct State {
        var project: AuthoredProject
        var revision: Int64
        /// When the next rollout is due, in ms since 1970; `nil` for none.
        var nextRollout: Int64?
    }

    private let storage: Storage
    private let clock: @Sendable () -> Int64
    private let state: Mutex<State>
    /// Serializes writers; readers never wait for it.
    private let turn = AsyncLock()
    /// Locked by writers only: rendering takes long, and readers take the lock of ``state``.
    private let renderer = Mutex(ProjectRenderer())
    private let records: ChangeRecords
    private let publish: @Sendable (RenderedProject) async throws -> Void

    /// Reads the project from the database.
    ///
    /// - Parameters:
    ///   - storage: The database.
    ///   - clock: The time in ms since 1970.
    ///   - logger: Where rows that can't be read are reported.
    ///   - records: Makes the rows of a change in the history and in the audit log.
    ///   - publish: Serves the rendered project after each change.
    /// - Throws: When the database can't be read.
    init(
        _ storage: Storage, clock: @escaping @Sendable () -> Int64, logger: Logger, records: ChangeRecords,
        publish: @escaping @Sendable (RenderedProject) async throws -> Void
    ) async throws {
        self.storage = storage
        self.clock = clock
        self.records = records
        self.publish = publish
        let (records, revision) = try await storage.read { db in
            (
                try ResourceRecord.fetchAll(db),
                try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM entityVersion") ?? 0
            )
        }
        var project = AuthoredProject()
        for record in records {
            if let resource = record.resource {
                project[resource.type, resource.id] = resource
            } else {
                logger.error(
                    "A resource can't be read and is left out",
                    metadata: ["type": "\(record.family)", "id": "\(record.id)"])
            }
        }
        state = Mutex(State(project: project, revision: revision, nextRollout: Rollouts.next(project)))
    }

    /// When the next rollout is due, in ms since 1970; `nil` for none.
    var nextRollout: Int64? { state.withLock { $0.nextRollout } }

    /// The project as it is now.
    var project: AuthoredProject { state.withLock { $0.project } }

    /// Makes a change when the ones before it are done: all of it or, when something throws, nothing.
    ///
    /// A task of its own: a caller that goes away must not leave database and memory with different projects.
    func change<T: Sendable>(
        by actor: Actor, _ body: @escaping @Sendable (inout Draft) throws -> T
    ) async throws -> T {
        try await Task(executorPreference: LargeRequest.executor) { [self] in
            try await turn.run {
                var draft = Draft(project, time: clock(), actor: actor)
                let result = try body(&draft)
                guard !draft.changes.isEmpty else { return result }
                let rollouts = draft.changes.compactMap { $0.new.flatMap(Rollouts.next) }
                let revision = try await store(draft.changes, draft.time, actor)
                draft.stamp(revision)
                let (changed, time) = (draft.project, draft.time)
                state.withLock { state in
                    // A document may have been imported meanwhile.
                    let importedGates = state.project.importedGates
                    state.project = changed
                    state.project.importedGates = importedGates
                    // The change may have applied the rollout that was due.
                    state.nextRollout =
                        (state.nextRollout ?? .max) <= time
                        ? Rollouts.next(changed) : (rollouts + [state.nextRollout].compactMap(\.self)).min()
                    state.revision = revision
                }
                if let rendered = rendered() { try await publish(rendered) }
                return result
            }
        }.value
    }

    /// Lets rules ask the gates of an imported document, too.
    func imported(gates: Set<String>) {
        state.withLock { $0.project.importedGates = gates }
    }

    /// Renders the project as it is now.
    ///
    /// - Returns: The rendered project, `nil` if nothing has ever been authored.
    func rendered() -> RenderedProject? {
        let (project, revision) = state.withLock { ($0.project, $0.revision) }
        guard revision > 0 else { return nil }
        return renderer.withLock { $0.render(project, revision: revision) }
    }

    /// Writes changes with their versions and audit entries, in one transaction.
    ///
    /// - Returns: The number of the last version.
    private func store(_ changes: [Draft.Change], _ time: Int64, _ actor: Actor) async throws -> Int64 {
        let rows = changes.compactMap { change -> (ResourceRecord?, ResourceVersionRecord, [AuditRecord])? in
            guard let resource = change.new ?? change.old else { return nil }
            let version = ResourceVersionRecord(
                family: resource.type.rawValue, entityID: resource.id, version: resource.version, time: time,
                actorName: actor.apiName,
                members: change.new.map { JSON.text(.object(records.shown($0))) })
            let audit = records.entries(change, actor, time)
            return (change.new.map(ResourceRecord.init), version, audit)
        }
        return try await storage.write { db in
            for (record, version, audit) in rows {
                if let record {
                    try record.upsert(db)
                } else {
                    try db.execute(
                        sql: "DELETE FROM entity WHERE family = ? AND id = ?",
                        arguments: [version.family, version.entityID])
                }
                try version.insert(db)
                for entry in audit { try entry.insert(db) }
            }
            return try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM entityVersion") ?? 0
        }
    }

    /// The versions of a resource, the latest first, without its deletions.
    func versions(
        of resource: Resource, limit: Int, offset: Int
    ) async throws -> (total: Int, [ResourceVersionRecord]) {
        let (family, id) = (resource.type.rawValue, resource.id)
        return try await storage.read { db in
            let request = ResourceVersionRecord.filter(
                Column("family") == family && Column("entityID") == id && Column("members") != nil)
            return (
                try request.fetchCount(db),
                try request.order(Column("id").desc).limit(limit, offset: offset).fetchAll(db)
            )
        }
    }
}

/// Makes the rows that a change adds beside the resource itself.
struct ChangeRecords: Sendable {
    /// The members that the history shows.
    let shown: @Sendable (Resource) -> Object
    /// The entries of the audit log.
    let entries: @Sendable (Draft.Change, Actor, _ time: Int64) -> [AuditRecord]
}

/// A row of `resource`.
struct ResourceRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "entity"

    let family: String
    let id: String
    let version: Int64
    /// A JSON object.
    let members: String

    init(_ resource: Resource) {
        family = resource.type.rawValue
        id = resource.id
        version = resource.version
        members = JSON.text(.object(resource.object))
    }

    /// The resource, `nil` if the row is of a later version of the console or has been tampered with.
    var resource: Resource? {
        guard let type = ResourceType(rawValue: family), let members = JSON.value(members)?.object else { return nil }
        return Resource(type, id: id, members, version: version)
    }
}

/// A row of `entityVersion`: a resource after a change.
struct ResourceVersionRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "entityVersion"

    /// `nil` until the row is inserted.
    var id: Int64?
    let family: String
    let entityID: String
    let version: Int64
    let time: Int64
    let actorName: String
    /// A JSON object with the members that requests show, `nil` for a deletion.
    let members: String?
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GRDB
internal import GatehouseEvaluation
internal import Synchronization

/// What has been authored: read from memory without waiting, changed one request at a time, in the database first.
///
/// A change is in what is served before it is acknowledged.
final class ProjectStore: Sendable {
    private struct State {
        var project: AuthoredProject
        var revision: Int64
        var compiler = ProjectCompiler()
        /// Nothing is due before this, in ms since 1970; `nil` when nothing is to be done at any time.
        var nextRollout: Int64?
    }

    private let storage: Storage
    private let clock: @Sendable () -> Int64
    private let state: Mutex<State>
    private let turn = AsyncLock()
    private let publish: @Sendable (CompiledProject) async throws -> Void

    /// Reads what has been authored.
    ///
    /// - Parameters:
    ///   - storage: Where it is kept.
    ///   - clock: The time in ms since 1970.
    ///   - publish: What serves it after each change.
    init(
        _ storage: Storage, clock: @escaping @Sendable () -> Int64,
        publish: @escaping @Sendable (CompiledProject) async throws -> Void
    ) async throws {
        self.storage = storage
        self.clock = clock
        self.publish = publish
        let (records, revision) = try await storage.read { db in
            (
                try EntityRecord.fetchAll(db),
                try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM entityVersion") ?? 0
            )
        }
        var project = AuthoredProject()
        for entity in records.compactMap(\.entity) { project[entity.family, entity.id] = entity }
        state = Mutex(State(project: project, revision: revision, nextRollout: Rollouts.next(project)))
    }

    /// Nothing is due before this, in ms since 1970.
    var nextRollout: Int64? { state.withLock { $0.nextRollout } }

    /// What is authored now.
    var project: AuthoredProject { state.withLock { $0.project } }

    /// Makes a change when the ones before it are done: all of it or, when something throws, nothing.
    ///
    /// A task of its own: a caller that goes away must not leave database and memory with different projects.
    func change<T: Sendable>(
        by actor: Actor, _ body: @escaping @Sendable (inout Draft) throws -> T
    ) async throws -> T {
        try await Task {
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
                    // What was due may have been done by this, and is looked for anew.
                    state.nextRollout =
                        (state.nextRollout ?? .max) <= time
                        ? Rollouts.next(changed) : (rollouts + [state.nextRollout].compactMap(\.self)).min()
                    state.revision = revision
                }
                if let compiled = compiled() { try await publish(compiled) }
                return result
            }
        }.value
    }

    /// Lets rules ask the gates of an imported document, too.
    func imported(gates: Set<String>) {
        state.withLock { $0.project.importedGates = gates }
    }

    /// What is authored now as documents, `nil` as long as nothing has ever been.
    func compiled() -> CompiledProject? {
        state.withLock { state in
            state.revision > 0 ? state.compiler.compile(state.project, revision: state.revision) : nil
        }
    }

    /// Writes changes with their versions and audit entries, in one transaction.
    ///
    /// - Returns: The number of the last version.
    private func store(_ changes: [Draft.Change], _ time: Int64, _ actor: Actor) async throws -> Int64 {
        let rows = changes.compactMap { change -> (EntityRecord?, EntityVersionRecord, [AuditRecord])? in
            guard let entity = change.new ?? change.old else { return nil }
            let description = FamilyDescription.of(entity.family)
            let version = EntityVersionRecord(
                family: entity.family.rawValue, entityID: entity.id, version: entity.version, time: time,
                actorName: actor.apiName,
                members: change.new.map { JSON.text(.object(description.shown($0))) })
            let audit = EntityAudit.entries(change, description, by: actor, at: time)
            return (change.new.map(EntityRecord.init), version, audit)
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

    /// The versions of an entity, the latest first.
    func versions(of entity: Entity, _ page: Page) async throws -> (total: Int, [EntityVersionRecord]) {
        let (family, id, limit, offset) = (entity.family.rawValue, entity.id, page.limit, page.offset)
        return try await storage.read { db in
            let request = EntityVersionRecord.filter(Column("family") == family && Column("entityID") == id)
            return (
                try request.fetchCount(db),
                try request.order(Column("id").desc).limit(limit, offset: offset).fetchAll(db)
            )
        }
    }
}

/// A row of `entity`.
struct EntityRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "entity"

    let family: String
    let id: String
    let version: Int64
    /// A JSON object.
    let members: String

    init(_ entity: Entity) {
        family = entity.family.rawValue
        id = entity.id
        version = entity.version
        members = JSON.text(.object(entity.members))
    }

    /// The entity, `nil` if the row is of a later version of the console or has been tampered with.
    var entity: Entity? {
        guard let family = Family(rawValue: family), let members = JSON.value(members)?.object else { return nil }
        return Entity(family: family, id: id, members: members, version: version)
    }
}

/// A row of `entityVersion`: what an entity was after a change.
struct EntityVersionRecord: Codable, Sendable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "entityVersion"

    /// `nil` until the row is inserted.
    var id: Int64?
    let family: String
    let entityID: String
    let version: Int64
    let time: Int64
    let actorName: String
    /// A JSON object without what requests don't show, `nil` once the entity is gone.
    let members: String?
}

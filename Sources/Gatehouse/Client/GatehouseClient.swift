// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@_exported public import GatehouseEvaluation
@_exported public import GatehouseSpec
internal import Logging
internal import NIOConcurrencyHelpers
public import ServiceLifecycle
internal import Synchronization

/// A client that keeps a document fresh and evaluates gates, configs, experiments and layers from it.
///
///     let client = GatehouseClient(key: SDKKey("secret-…"))
///     await client.start()
///     let flags = client.scope(for: User(userID: "a-user"))
///     if flags.checkGate("new_checkout") { … }
///
/// A client makes no thread, no socket and no file before ``start(within:)``. After that it looks for documents in the
/// background until ``shutdown(within:)`` is called, ``run()`` ends, or the client is deallocated. Getters answer at any
/// time, before the start and after the end too: they take no lock, never wait, and may be called from any thread.
/// There is no global state; a process may have any number of clients.
///
/// Fork a process before the start, not after it: threads and connections don't survive forking.
public final class GatehouseClient: Sendable {
    private enum Life {
        case idle
        case started(Task<Void, Never>)
        /// The task may not have ended yet.
        case stopped(Task<Void, Never>?)
    }

    let core: ClientCore
    @usableFromInline let store: SnapshotStore
    /// Logs the answers of the getters.
    let exposures: ExposureLog
    /// Delivers the events, `nil` for a client without events.
    let events: EventPipeline?
    /// `nil` for a client without a storage of sticky assignments.
    let sticky: StickyAssignments?
    /// What the scopes of this client share.
    let origin: EvaluationScope.Origin
    private let life = NIOLockedValueBox(Life.idle)
    private let isShutdownLogged = Atomic(false)

    /// Makes a client.
    ///
    /// It does nothing before it is started.
    ///
    /// - Parameters:
    ///   - key: A server key, or a client key with the scope `client_download_config_specs`.
    ///   - options: The sources of documents and all other options.
    public init(key: SDKKey, options: ClientOptions = ClientOptions()) {
        core = ClientCore(key: key, options: options)
        store = core.publication.store
        let options = core.options
        events = EventPipeline(options, board: core.board, identity: core.identity, publication: core.publication)
        exposures = ExposureLog(options, queue: events?.queue, seen: events?.seen, firstTimes: events?.firstTimes)
        sticky = options.stickyStorage.map { [core] in
            StickyAssignments($0, board: core.board, time: options.time)
        }
        origin = EvaluationScope.Origin(exposures, sticky)
    }

    deinit {
        life.withLockedValue { if case .started(let task) = $0 { task.cancel() } }
        core.updates.finish()
        exposures.listeners.finish()
    }

    // MARK: - Life

    /// Starts the background work, and waits for the first document.
    ///
    /// Returns as soon as ``ClientOptions/startRequirement`` is met and the ID lists of a client that has some were requested
    /// once, or all sources have failed, or the time is over. In any case the client goes on in the background. A second call
    /// waits for the same start.
    ///
    /// - Parameter deadline: The maximum time to wait.
    /// - Returns: Whether there is a document, and the failure if there was one.
    @discardableResult
    public func start(within deadline: Duration = .seconds(5)) async -> InitializationOutcome {
        let time = core.time
        let begin = time.elapsed()
        var isFirst = false
        let isStopped = life.withLockedValue { life in
            switch life {
            case .stopped: return true
            case .started: return false
            case .idle:
                isFirst = true
                core.board.update { $0.phase = .starting }
                let work = Task { [core, events, sticky] in
                    await ClientWork.run(core, events: events, sticky: sticky)
                }
                life = .started(work)
                return false
            }
        }
        guard !isStopped else {
            return outcome(since: begin, error: core.error(.download, .stopped, "the client was shut down"))
        }
        let outcome = await outcomeOfStart(within: deadline, since: begin)
        if isFirst { log(outcome) }
        return outcome
    }

    private func log(_ outcome: InitializationOutcome) {
        var metadata: Logger.Metadata = [
            "origin": "\(outcome.origin.rawValue)", "duration": "\(outcome.duration)",
            "documentTime": "\(outcome.documentTime.map { "\($0)" } ?? "none")",
        ]
        if let age = outcome.age { metadata["age"] = "\(age)" }
        core.logger.info(
            outcome.isReady ? "the client has started" : "the client has started without a document", metadata: metadata
        )
    }

    private func outcomeOfStart(within deadline: Duration, since begin: Duration) async -> InitializationOutcome {
        let time = core.time
        do {
            try await withDeadline(in: deadline, on: time) { [core] in
                await core.started.value()
                await core.startedIDLists.value()
            }
            let isStopped = life.withLockedValue { if case .stopped = $0 { true } else { false } }
            return outcome(
                since: begin,
                error: core.board.status.problems.last
                    ?? (isStopped ? core.error(.download, .stopped, "the client was shut down") : nil))
        } catch is CancellationError {
            return outcome(
                since: begin, error: core.error(.download, .stopped, "the task that waited for the start was cancelled")
            )
        } catch {
            return outcome(since: begin, error: core.board.status.problems.last ?? missing(after: deadline))
        }
    }

    /// The error of a start that was over before it got everything.
    private func missing(after deadline: Duration) -> SyncError {
        if !core.board.status.isReady {
            core.error(.download, .timeout, "no document within \(deadline)")
        } else if core.started.current == nil {
            core.error(.download, .timeout, "no source confirmed the document within \(deadline)")
        } else {
            core.error(.idLists, .timeout, "no ID lists within \(deadline)")
        }
    }

    /// Ends the background work: delivers the events, cancels downloads, closes connections and files.
    ///
    /// Getters still answer from the last document, but log nothing. A client can't be started again.
    ///
    /// - Parameter deadline: The maximum time to wait for the end of the work, and for the delivery of the last events.
    /// - Returns: Whether the work ended in time, and how many events weren't delivered.
    @discardableResult
    public func shutdown(within deadline: Duration = .seconds(5)) async -> ShutdownOutcome {
        let task: Task<Void, Never>? = life.withLockedValue { life in
            let task: Task<Void, Never>? =
                switch life {
                case .idle: nil
                case .started(let task): task
                case .stopped(let task): task
                }
            life = .stopped(task)
            return task
        }
        events?.setDeadline(deadline)
        guard let task else {
            await events?.finish()
            core.board.update { $0.phase = .stopped }
            core.updates.finish()
            exposures.listeners.finish()
            return outcomeOfShutdown(isComplete: true)
        }
        task.cancel()
        core.started.keep(())
        core.startedIDLists.keep(())
        exposures.listeners.finish()
        // By the machine's clock, since the clock of a test may stand still.
        let isComplete = (try? await withDeadline(in: deadline, on: SystemTime()) { await task.value }) != nil
        return outcomeOfShutdown(isComplete: isComplete)
    }

    /// Makes the outcome of a shutdown, and logs it the first time.
    private func outcomeOfShutdown(isComplete: Bool) -> ShutdownOutcome {
        let outcome = ShutdownOutcome(isComplete: isComplete, undeliveredEvents: events?.undeliveredCount ?? 0)
        guard !isShutdownLogged.exchange(true, ordering: .relaxed) else { return outcome }
        if outcome.undeliveredEvents > 0 {
            let isLost = core.options.events?.spool == nil
            core.logger.warning(
                "the client was shut down before all events were delivered; \(isLost ? "they are lost" : "they are in the spool")",
                metadata: ["events": "\(outcome.undeliveredEvents)"])
        }
        core.logger.info(
            isComplete ? "the client was shut down" : "the client was shut down before its work had ended",
            metadata: ["undeliveredEvents": "\(outcome.undeliveredEvents)"])
        return outcome
    }

    /// Replaces the key, for example because it was rotated, and asks for a document at once.
    ///
    /// - Parameter key: The new key. The client uses the current document until there is one for the new key.
    public func replaceKey(_ key: SDKKey) {
        core.key = key
        core.warnOfTrimmedKey()
        core.alarm.ring()
    }

    /// Asks for a newer document now, and waits until the sources have answered or failed.
    ///
    /// - Returns: The status after that. ``ClientStatus/problems`` tells whether it failed.
    @discardableResult
    public func refresh() async -> ClientStatus {
        if let end = core.refreshes.next() {
            await end.value()
        }
        return status
    }

    // MARK: - State

    /// The current status.
    public var status: ClientStatus {
        var status = core.board.status
        status.usageProblemCount = core.usage.problems.count
        return status
    }

    /// The calls so far that have an answer, but most likely not the one that the caller meant: names and parameters that the
    /// document doesn't have, values of another type, IDs that a user lacks, groups that don't exist.
    ///
    /// Each is logged as a warning the first time, counted here with each occurrence, and counted by code in the metric
    /// `gatehouse_usage_problems`. There are at most 512, in the order of their first occurrence. Calls before the first
    /// document aren't counted, since every name is unknown then.
    public var usageProblems: [UsageProblem] { core.usage.problems }

    /// The changes of the document in use, from now on until the client is shut down.
    ///
    ///     for await update in client.updates {
    ///         logger.info("new rules", metadata: ["changes": "\(update.changes?.description ?? "all")"])
    ///     }
    ///
    /// ``changes(of:named:)`` is for one entity. Each call makes a sequence of its own. A slow reader misses all but the newest
    /// 16 changes. Call this before the start to get the first document too.
    public var updates: AsyncStream<DocumentUpdate> { core.updates.listen() }

    /// The changes of one entity's definition, from now on until the client is shut down.
    ///
    ///     for await change in client.changes(of: .dynamicConfig, named: "rate_limits") {
    ///         limiter.reset()
    ///     }
    ///
    /// A definition is the rules of the entity, with their conditions. A gate that asks another gate doesn't change with that;
    /// where answers matter and not definitions, ask again after each of the ``updates``. Overrides and ID lists are no
    /// definitions. The first document that has the entity adds it.
    ///
    /// Each call makes a sequence of its own. A slow reader misses all but the newest 16 changes of the entity; changes of
    /// other entities don't count.
    ///
    /// - Parameters:
    ///   - kind: The kind of entity. Gates, segments and holdouts have one set of names, and so do dynamic configs, experiments
    ///     and autotunes: a kind of the same set does the same. Parameter stores and autotunes change together.
    ///   - name: The entity's name. The entity needn't exist yet.
    /// - Returns: The changes.
    public func changes(of kind: DocumentEntity.Kind, named name: String) -> AsyncStream<EntityChange> {
        core.updates.listen { [publication = core.publication] update in
            guard let changes = update.changes else {
                // The first document changes nothing. It is published before it is told.
                let isThere = publication.current.ruleset.entities.contains {
                    $0.kind.changes == kind.changes && $0.name.utf8.elementsEqual(name.utf8)
                }
                return isThere ? EntityChange(kind: .added, update: update) : nil
            }
            return changes[keyPath: kind.changes].change(of: name).map { EntityChange(kind: $0, update: update) }
        }
    }

    private func outcome(since begin: Duration, error: SyncError?) -> InitializationOutcome {
        let status = core.board.status
        return InitializationOutcome(
            isReady: status.isReady, origin: status.origin, documentTime: status.documentTime, age: status.age,
            duration: core.time.elapsed() - begin, error: error)
    }
}

extension GatehouseClient: Service {
    /// Runs the client as a service: starts it, and shuts it down when the service group does.
    ///
    /// The log has the outcomes of both: at level info, and as a warning with their number if events weren't delivered.
    ///
    /// - Throws: Nothing. A client that can't reach its sources goes on trying.
    public func run() async throws {
        _ = await cancelWhenGracefulShutdown { await self.start() }
        try? await gracefulShutdown()
        // Also when the task is cancelled, which would end the wait.
        _ = await Task { await self.shutdown() }.value
    }
}

extension GatehouseClient {
    /// The current overrides.
    public var overrides: LocalOverrides { core.publication.current.overrides }

    /// Changes the overrides.
    ///
    /// They hold in all threads when this returns, except for scopes that exist.
    ///
    ///     client.updateOverrides { $0.setGate("new_checkout", to: true, for: "tester-1") }
    ///
    /// - Parameter change: Changes the overrides. Other changes wait for it, getters don't.
    public func updateOverrides(_ change: (inout LocalOverrides) -> Void) {
        core.publication.update { change(&$0.overrides) }
    }
}

extension GatehouseClient {
    /// Replaces the document before this returns, even by an older one.
    ///
    /// - Parameter document: The bytes of the document.
    /// - Throws: ``SyncError`` if the document can't be used. The client keeps the one before.
    package func use(_ document: [UInt8]) throws(SyncError) {
        try DocumentIntake(core: core).applyAtOnce(document, from: .bootstrap)
        core.board.update { if $0.phase == .idle { $0.phase = .running } }
    }

    /// The sink of the options, `nil` for none.
    package var eventSink: (any EventSink)? { core.options.events?.sink }
}

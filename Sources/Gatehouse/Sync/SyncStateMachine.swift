// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Decides what keeps the document fresh: which source to ask, what to do with the answer, and how long to wait.
///
/// A value without a clock, chance or I/O. The driver, ``DocumentSync``, performs one action at a time and hands its outcome back
/// as the next event, so there is never more than one outstanding action.
struct SyncStateMachine: Sendable {
    /// What is known of a copy of the document in use, in the cache or in the storage.
    private enum Copy {
        /// Nothing has to be written.
        case current
        /// These bytes have to be written.
        case unwritten([UInt8])
        /// The copy is missing, damaged or older, and its bytes are no longer in memory: a server has to send them again.
        case lost

        mutating func lose() {
            if case .current = self { self = .lost }
        }

        /// - Parameter bytes: The document in use.
        mutating func mend(_ bytes: [UInt8]) {
            if case .lost = self { self = .unwritten(bytes) }
        }

        var isLost: Bool { if case .lost = self { true } else { false } }
    }

    /// The document in use.
    private enum Document {
        case none
        case current(DocumentVersion)
        /// The document of the key before, which the next document replaces whatever its version.
        case ofFormerKey
    }

    /// Why the storage is read.
    private enum Purpose {
        /// The client starts.
        case start
        /// Another process downloads, and left this note in its lease.
        case follow(note: String)
        /// This process downloads, but doesn't know what the storage has.
        case check
        /// The first document of the process that downloads is waited for.
        case poller(since: Duration)
        /// There is no network.
        case only
    }

    private enum Source {
        case bootstrap
        case cache(age: Duration?)
        case storage(Purpose)
        case network(Server)
    }

    /// What comes after some upkeep.
    private indirect enum Next: Sendable {
        case rest(Duration)
        case download
        case success(DocumentIntake.Verdict, DocumentOrigin)
        case failure(pause: Duration)
        case keepCache(then: Next)
        case stop
    }

    private enum Pause {
        case round, retry
        case poller(since: Duration)
        case end
    }

    private enum State {
        case new
        case readingBootstrap
        case readingCache
        case readingStorage(Purpose)
        case applying([UInt8], Source)
        case waiting(Pause)
        case acquiringLease
        case downloading(Server)
        case writingStorage(Next)
        case renewingLease(Next)
        case releasingLease(Next)
        case writingCache(Next)
        case touchingCache(Next)
        case ended
    }

    /// How long a process waits between two looks for the first document of the process that downloads.
    static let pollerPause = Duration.milliseconds(100)

    /// The key of the round under way.
    private(set) var key: SDKKey
    private let sources: Sources
    private var schedule: RetrySchedule
    private var state = State.new
    private var document = Document.none
    private var cache = Copy.current
    private var storage = Copy.current
    /// The note of the version in the storage, empty where it isn't known.
    private var storedNote = ""
    private var role = Fleet.Role.independent
    private var hasStarted = false
    /// Whether the last answer of the first server, or of the storage, was a document older than the one in use.
    private var serverIsOlder = false
    private var storageIsOlder = false
    private var roundBegan = Duration.zero
    private var surroundings: Surroundings
    private var reports: [Report] = []

    init(_ sources: Sources, interval: Duration, key: SDKKey) {
        self.sources = sources
        self.key = key
        schedule = RetrySchedule(interval: interval, retries: sources.network?.retries ?? 0)
        surroundings = Surroundings(now: .zero, chance: 0, key: key)
    }

    /// Takes note of what has happened.
    ///
    /// - Parameters:
    ///   - event: The outcome of the last action.
    ///   - surroundings: Time, chance and key at this moment.
    /// - Returns: What to report, and the next action.
    mutating func handle(_ event: Event, _ surroundings: Surroundings) -> Step {
        self.surroundings = surroundings
        reports = []
        let action = action(after: event)
        return Step(reports: reports, action: action)
    }

    private mutating func action(after event: Event) -> Action {
        switch (state, event) {
        case (.new, .begin): perform(.takeBootstrap, .readingBootstrap)
        case (.readingBootstrap, .read(let result)): bootstrapRead(result)
        case (.readingCache, .read(let result)): cacheRead(result)
        case (.readingStorage(let purpose), .read(let result)): storageRead(result, purpose)
        case (.applying(let bytes, let source), .applied(let result)): applied(result, bytes, source)
        case (.waiting(let pause), .waited): waited(pause)
        case (.acquiringLease, .leased(let result)): leased(result)
        case (.downloading(let server), .downloaded(let result)): downloaded(result, server)
        case (.writingStorage(let next), .done(let error)): storageWritten(error, next)
        case (.renewingLease(let next), .leased(let result)): leaseRenewed(result, next)
        case (.releasingLease(let next), .done): go(on: next)
        case (.writingCache(let next), .done(let error)): cacheWritten(error, next)
        case (.touchingCache(let next), .done(let error)): cacheTouched(error, next)
        // An event that no action has asked for changes nothing but the time of the next round.
        default: rest(schedule.rest(chance: surroundings.chance))
        }
    }

    private mutating func perform(_ action: Action, _ state: State) -> Action {
        self.state = state
        return action
    }

    // MARK: - Starting

    private mutating func bootstrapRead(_ result: Result<Found?, SyncError>) -> Action {
        guard case .success(let found?) = result else { return readCache() }
        return apply(found.bytes, .bootstrap)
    }

    private mutating func cacheRead(_ result: Result<Found?, SyncError>) -> Action {
        switch result {
        case .success(let found?): return apply(found.bytes, .cache(age: found.age))
        case .success(nil): break
        case .failure(let error): reports.append(.failed(error))
        }
        return sourcesAtHandAreRead()
    }

    private mutating func readCache() -> Action {
        sources.hasCache ? perform(.readCache, .readingCache) : sourcesAtHandAreRead()
    }

    private mutating func sourcesAtHandAreRead() -> Action {
        guard sources.network != nil || sources.hasStorage else {
            endStart()
            return perform(.waitForEnd, .waiting(.end))
        }
        // Before the end of the start, after which the program may ask for a refresh.
        reports.append(.acceptsRefreshes)
        if sources.startsWithAnyDocument, hasDocument { endStart() }
        // What the storage has needn't be downloaded now.
        return sources.hasStorage ? perform(.readStorage, .readingStorage(.start)) : rest(.zero)
    }

    private mutating func endStart() {
        guard !hasStarted else { return }
        hasStarted = true
        reports.append(.started)
    }

    private var hasDocument: Bool { if case .none = document { false } else { true } }

    // MARK: - Rounds

    private mutating func rest(_ pause: Duration) -> Action { perform(.rest(pause), .waiting(.round)) }

    private mutating func waited(_ pause: Pause) -> Action {
        if surroundings.isStopping { return stop() }
        switch pause {
        case .end: return perform(.waitForEnd, .waiting(.end))
        case .round:
            reports.append(.attempted)
            noticeKey()
            roundBegan = surroundings.now
            role = .independent
            guard sources.hasStorage else { return ask() }
            return perform(.acquireLease(note: storedNote), .acquiringLease)
        case .retry:
            reports.append(.attempted)
            noticeKey()
            return download(.first)
        case .poller(let since):
            reports.append(.attempted)
            return perform(.readStorage, .readingStorage(.poller(since: since)))
        }
    }

    private mutating func noticeKey() {
        guard surroundings.key != key else { return }
        key = surroundings.key
        if hasDocument { document = .ofFormerKey }
        cache = .lost
        storage = .lost
        storedNote = ""
        serverIsOlder = false
        storageIsOlder = false
    }

    private mutating func leased(_ result: Result<Fleet.Role, SyncError>) -> Action {
        switch result {
        case .success(let role): self.role = role
        case .failure(let error):
            // Whatever the storage does, some process has to download.
            reports.append(.failed(error))
            storedNote = ""
        }
        reports.append(.polls(role == .independent ? nil : role == .poller))
        return ask()
    }

    private mutating func ask() -> Action {
        if case .follower(let note) = role { return follow(note) }
        guard sources.network != nil else { return perform(.readStorage, .readingStorage(.only)) }
        // The note for the followers is read, and the storage is filled again if it has lost its document.
        if role == .poller, storedNote.isEmpty { return perform(.readStorage, .readingStorage(.check)) }
        return download(.first)
    }

    private mutating func follow(_ note: String) -> Action {
        if case .current(let version) = document, !note.isEmpty, version.note == note {
            reports += [.succeeded(.storage), .confirmed(age: .zero)]
            storedNote = note
            return keepCache(then: .success(.unchanged, .storage))
        }
        return perform(.readStorage, .readingStorage(.follow(note: note)))
    }

    private mutating func go(on next: Next) -> Action {
        let duration = surroundings.now - roundBegan
        switch next {
        case .rest(let pause):
            endStart()
            return rest(pause)
        case .download: return download(.first)
        case .keepCache(let next): return keepCache(then: next)
        case .success(let verdict, let origin):
            reports.append(.roundSucceeded(verdict, origin, duration))
            endStart()
            return rest(schedule.succeeded(chance: surroundings.chance))
        case .failure(let pause):
            reports.append(.roundFailed(sources.network == nil ? .storage : .network, duration))
            endStart()
            return rest(pause)
        case .stop: return perform(.end, .ended)
        }
    }

    private mutating func stop() -> Action { sources.hasStorage ? releaseLease(then: .stop) : go(on: .stop) }

    // MARK: - Documents

    private mutating func apply(_ bytes: [UInt8], _ source: Source) -> Action {
        var rule = DocumentIntake.Rule.newer
        let origin: DocumentOrigin
        switch source {
        case .bootstrap: origin = .bootstrap
        case .cache: origin = .lastKnownGood
        case .storage(let purpose):
            origin = .storage
            if storageIsOlder, decides(purpose) { rule = .restored }
        case .network(let server):
            origin = .network
            if serverIsOlder, server == .first { rule = .restored }
        }
        if case .ofFormerKey = document { rule = .any }
        return perform(.apply(bytes, from: origin, rule: rule), .applying(bytes, source))
    }

    /// Whether the storage is what this process goes by, and not the network.
    private func decides(_ purpose: Purpose) -> Bool {
        switch purpose {
        case .follow, .only: true
        case .start, .check, .poller: false
        }
    }

    private mutating func applied(
        _ result: Result<DocumentIntake.Taken, SyncError>, _ bytes: [UInt8], _ source: Source
    ) -> Action {
        if case .success(let taken) = result { note(taken) }
        switch (source, result) {
        case (.bootstrap, .success(let taken)):
            if taken.verdict == .applied { replaceCopies(bytes) }
            return readCache()
        case (.bootstrap, .failure(let error)):
            reports.append(.failed(error))
            return readCache()
        case (.cache(let age), .success(let taken)):
            if taken.verdict == .applied {
                if let age { reports.append(.confirmed(age: age)) }
                replaceCopies(bytes)
                cache = .current
            }
            return sourcesAtHandAreRead()
        case (.cache, .failure(let error)):
            reports.append(.failed(error))
            return sourcesAtHandAreRead()
        case (.storage(let purpose), .success(let taken)): return storageApplied(taken, bytes, purpose)
        case (.storage(let purpose), .failure(let error)):
            reports.append(.failed(error))
            if error.code == .invalidDocument { storage.lose() }
            return storageFailed(purpose)
        case (.network(let server), .success(let taken)): return downloadApplied(taken, bytes, server)
        case (.network(let server), .failure(let error)):
            return downloadFailed(DownloadFailure(error: error, retry: .nextInterval), server)
        }
    }

    private mutating func note(_ taken: DocumentIntake.Taken) {
        guard let version = taken.version else { return }
        switch (taken.verdict, document) {
        case (.applied, _), (.unchanged, .ofFormerKey), (.unchanged, .none): document = .current(version)
        case (.unchanged, .current), (.older, _): break
        }
    }

    private mutating func replaceCopies(_ bytes: [UInt8]) {
        if sources.hasCache { cache = .unwritten(bytes) }
        if sources.hasStorage { storage = .unwritten(bytes) }
    }

    private mutating func mendCopies(_ bytes: [UInt8]) {
        if sources.hasCache { cache.mend(bytes) }
        if sources.hasStorage { storage.mend(bytes) }
    }

    // MARK: - Storage

    private mutating func storageRead(_ result: Result<Found?, SyncError>, _ purpose: Purpose) -> Action {
        switch result {
        case .success(let found?): return apply(found.bytes, .storage(purpose))
        case .success(nil):
            reports.append(.succeeded(.storage))
            storage.lose()
        case .failure(let error): reports.append(.failed(error))
        }
        return storageFailed(purpose)
    }

    private mutating func storageApplied(
        _ taken: DocumentIntake.Taken, _ bytes: [UInt8], _ purpose: Purpose
    ) -> Action {
        reports += [.succeeded(.storage), .confirmed(age: .zero)]
        storedNote = taken.version?.note ?? ""
        storageIsOlder = taken.verdict == .older
        switch taken.verdict {
        case .applied:
            if sources.hasCache { cache = .unwritten(bytes) }
            storage = .current
        case .unchanged:
            if sources.hasCache, taken.version != nil { cache.mend(bytes) }
            storage = .current
        case .older: storage.lose()
        }
        let next: Next =
            switch purpose {
            case .start: .rest(schedule.succeeded(chance: surroundings.chance))
            case .check: .download
            case .follow, .poller, .only:
                .success(taken.verdict == .applied ? .applied : .unchanged, .storage)
            }
        return keepCache(then: next)
    }

    /// Goes on without the storage.
    private mutating func storageFailed(_ purpose: Purpose) -> Action {
        switch purpose {
        case .start: return rest(.zero)
        case .check: return download(.first)
        case .only: return go(on: .failure(pause: schedule.rest(chance: surroundings.chance)))
        case .follow(let note):
            guard let network = sources.network else {
                return go(on: .failure(pause: schedule.rest(chance: surroundings.chance)))
            }
            // What the poller has stored already, and isn't there any more, isn't waited for.
            guard !hasDocument, note.isEmpty, network.initialTimeout > .zero else { return download(.first) }
            return perform(.wait(SyncStateMachine.pollerPause), .waiting(.poller(since: surroundings.now)))
        case .poller(let since):
            guard let network = sources.network, surroundings.now - since < network.initialTimeout else {
                return download(.first)
            }
            return perform(.wait(SyncStateMachine.pollerPause), .waiting(.poller(since: since)))
        }
    }

    private mutating func releaseLease(then next: Next) -> Action {
        storedNote = ""
        return perform(.releaseLease, .releasingLease(next))
    }

    // MARK: - Network

    private var needsBytes: Bool { (sources.hasCache && cache.isLost) || (sources.hasStorage && storage.isLost) }

    private mutating func download(_ server: Server) -> Action {
        let version: DocumentVersion? = if case .current(let version) = document { version } else { nil }
        return perform(
            .download(
                server, since: needsBytes ? nil : version, hasDocument: version != nil, isStarting: !hasStarted),
            .downloading(server))
    }

    private mutating func downloaded(_ result: Result<DocumentFetch, DownloadFailure>, _ server: Server) -> Action {
        switch result {
        case .success(.document(let bytes)): return apply(bytes, .network(server))
        case .success(.unchanged):
            if server == .first { serverIsOlder = false }
            return confirmed(.unchanged, by: server)
        case .failure(let failure): return downloadFailed(failure, server)
        }
    }

    private mutating func downloadApplied(
        _ taken: DocumentIntake.Taken, _ bytes: [UInt8], _ server: Server
    ) -> Action {
        if server == .first { serverIsOlder = taken.verdict == .older }
        switch taken.verdict {
        case .applied: replaceCopies(bytes)
        case .unchanged: if taken.version != nil { mendCopies(bytes) }
        case .older: break
        }
        return confirmed(taken.verdict == .applied ? .applied : .unchanged, by: server)
    }

    private mutating func confirmed(_ verdict: DocumentIntake.Verdict, by server: Server) -> Action {
        reports += [.serves(server), .succeeded(.download), .confirmed(age: .zero)]
        let next = Next.success(verdict, .network)
        guard case .unwritten(let bytes) = storage else { return keepCache(then: next) }
        return perform(.writeStorage(bytes), .writingStorage(next))
    }

    private mutating func downloadFailed(_ failure: DownloadFailure, _ server: Server) -> Action {
        if surroundings.isStopping { return stop() }
        switch server {
        case .first where failure.error.code != .unauthorized && sources.network?.fallbackSpecsURL != nil:
            return download(.fallback(insteadOf: failure))
        case .first: return tryFailed(failure)
        case .fallback(let first): return tryFailed(first)
        }
    }

    private mutating func tryFailed(_ failure: DownloadFailure) -> Action {
        reports.append(.failed(failure.error))
        switch schedule.failed(failure.retry, chance: surroundings.chance) {
        case .retry(let pause): return perform(.wait(pause), .waiting(.retry))
        case .rest(let pause):
            // If this process can't download, another process of the fleet may be able to.
            let next = Next.failure(pause: pause)
            return role == .poller ? releaseLease(then: next) : go(on: next)
        }
    }

    // MARK: - Copies

    private mutating func storageWritten(_ error: SyncError?, _ next: Next) -> Action {
        if let error {
            reports.append(.failed(error))
            // The others can't see what this process gets.
            return releaseLease(then: .keepCache(then: next))
        }
        storage = .current
        if case .current(let version) = document { storedNote = version.note }
        // The others go by the lease's note, which is still that of the version before.
        if role == .poller { return perform(.acquireLease(note: storedNote), .renewingLease(next)) }
        reports.append(.succeeded(.storage))
        return keepCache(then: next)
    }

    private mutating func leaseRenewed(_ result: Result<Fleet.Role, SyncError>, _ next: Next) -> Action {
        switch result {
        case .success:
            reports.append(.succeeded(.storage))
            return keepCache(then: next)
        case .failure(let error):
            reports.append(.failed(error))
            return releaseLease(then: .keepCache(then: next))
        }
    }

    private mutating func keepCache(then next: Next) -> Action {
        guard sources.hasCache else { return go(on: next) }
        if case .unwritten(let bytes) = cache { return perform(.writeCache(bytes), .writingCache(next)) }
        return perform(.touchCache, .touchingCache(next))
    }

    private mutating func cacheWritten(_ error: SyncError?, _ next: Next) -> Action {
        if let error {
            reports.append(.failed(error))
        } else {
            cache = .current
            reports.append(.succeeded(.cache))
        }
        return go(on: next)
    }

    private mutating func cacheTouched(_ error: SyncError?, _ next: Next) -> Action {
        if let error {
            reports.append(.failed(error))
            cache.lose()
        } else {
            reports.append(.succeeded(.cache))
        }
        return go(on: next)
    }
}

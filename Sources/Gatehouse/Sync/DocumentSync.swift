// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Keeps the document fresh: performs what ``SyncStateMachine`` decides, one action at a time.
///
/// It belongs to one task, so nothing here overlaps.
struct DocumentSync: ~Copyable {
    let core: ClientCore
    private let intake: DocumentIntake
    private let download: DocumentDownload?
    private let cache: DocumentCache?
    private let fleet: Fleet?
    private var machine: SyncStateMachine
    /// The refreshes that the round under way answers.
    private var refreshes: [Promise<Void>] = []

    init(_ core: ClientCore, transport: Transport?) {
        self.core = core
        intake = DocumentIntake(core: core)
        let options = core.options
        let interval = (options.network ?? NetworkOptions()).pollingInterval
        if let network = options.network, let transport {
            download = DocumentDownload(
                transport: transport, options: network, identity: core.identity, time: options.time)
        } else {
            download = nil
        }
        cache = options.cacheDirectory.map { DocumentCache(directory: $0, time: options.time) }
        fleet = options.storage.map { Fleet($0, pollingInterval: interval, time: options.time) }
        machine = SyncStateMachine(
            SyncStateMachine.Sources(
                network: download?.options, hasCache: cache != nil, hasStorage: fleet != nil,
                startsWithAnyDocument: options.startRequirement == .anyDocument),
            interval: interval, key: core.key)
    }

    /// Runs until its task is cancelled.
    mutating func run() async {
        var event = SyncStateMachine.Event.begin
        while true {
            let step = machine.handle(
                event,
                SyncStateMachine.Surroundings(
                    now: core.time.elapsed(), chance: .random(in: 0..<1), key: core.key,
                    isStopping: Task.isCancelled))
            for report in step.reports { pass(on: report) }
            core.logger.debug("the client decides", metadata: ["action": "\(step.action)"])
            if case .end = step.action { break }
            event = await perform(step.action)
        }
        core.refreshes.close()
        for promise in refreshes { promise.keep(()) }
    }

    private mutating func perform(_ action: SyncStateMachine.Action) async -> SyncStateMachine.Event {
        let key = machine.key
        switch action {
        case .takeBootstrap:
            return .read(.success(core.takeBootstrap().map { SyncStateMachine.Found(bytes: $0) }))
        case .readCache:
            return .read(await DocumentSync.result { [cache] () throws(SyncError) in try cache?.read(key) })
        case .readStorage:
            let bytes = await DocumentSync.result { [fleet] () async throws(SyncError) in try await fleet?.read(key) }
            return .read(bytes.map { $0.map { SyncStateMachine.Found(bytes: $0) } })
        case .apply(let bytes, let origin, let rule):
            return .applied(
                await DocumentSync.result { [intake] () async throws(SyncError) in
                    try await intake.apply(bytes, from: origin, rule: rule)
                })
        case .acquireLease(let note):
            return .leased(
                await DocumentSync.result { [fleet] () async throws(SyncError) in
                    try await fleet?.role(for: key, note: note) ?? .independent
                })
        case .releaseLease:
            // Also as the last act of a task that is cancelled.
            await Task { [fleet] in try? await fleet?.release(key) }.value
            return .done(nil)
        case .download(let server, let version, let hasDocument, let isStarting):
            return .downloaded(await fetch(from: server, version, hasDocument, isStarting))
        case .writeStorage(let bytes):
            return .done(
                await DocumentSync.error { [fleet] () async throws(SyncError) in try await fleet?.write(bytes, key) })
        case .writeCache(let bytes):
            return .done(
                await DocumentSync.error { [cache] () async throws(SyncError) in try await cache?.write(bytes, key) })
        case .touchCache:
            return .done(
                await DocumentSync.error { [cache] () async throws(SyncError) in try await cache?.confirm(key) })
        case .rest(let pause): await rest(pause)
        case .wait(let pause): await wait(for: pause)
        case .waitForEnd, .end: await core.alarm.wait(for: .seconds(86_400))
        }
        return .waited
    }

    private mutating func rest(_ pause: Duration) async {
        for promise in refreshes { promise.keep(()) }
        refreshes = []
        core.metrics.retained(core.publication.store.reclaim())
        // A refresh that was asked for during a round may have ended one of its pauses instead of this one.
        if pause > .zero, !core.refreshes.areWanted { await wait(for: pause) }
        if !Task.isCancelled { refreshes = core.refreshes.take() }
    }

    private func wait(for pause: Duration) async {
        core.board.plan(pause)
        await core.alarm.wait(for: pause)
        core.board.plan(nil)
    }

    private func fetch(
        from server: SyncStateMachine.Server, _ version: DocumentVersion?, _ hasDocument: Bool, _ isStarting: Bool
    ) async -> Result<DocumentFetch, DownloadFailure> {
        guard let download else { return .success(.unchanged) }
        let options = download.options
        let urls = options.documentURLs
        let base = server == .first ? urls.first : urls.fallback ?? urls.first
        do throws(DownloadFailure) {
            let fetched = try await download.fetch(
                from: base, key: machine.key, since: version,
                timeout: isStarting ? options.initialTimeout : options.timeout)
            if case .unchanged = fetched, !hasDocument {
                let message =
                    "\(DocumentDownload.shown(base, machine.key)) has nothing new, but there is no document to begin with"
                throw DownloadFailure(
                    error: core.error(.download, .invalidDocument, message), retry: .nextInterval)
            }
            return .success(fetched)
        } catch {
            return .failure(error)
        }
    }

    private func pass(on report: SyncStateMachine.Report) {
        let board = core.board
        switch report {
        case .failed(let error): board.failed(error)
        case .succeeded(let part): board.succeeded(part)
        case .confirmed(let age): board.confirmed(age: age)
        case .serves(.first): board.serves(.first, insteadOf: nil)
        case .serves(.fallback(let failure)): board.serves(.fallback, insteadOf: failure.error)
        case .polls(let isPoller): board.update { $0.isPoller = isPoller }
        case .attempted: board.update { $0.attempts += 1 }
        case .started:
            core.started.keep(())
            board.update { if $0.phase == .starting { $0.phase = .running } }
        case .acceptsRefreshes: core.refreshes.open()
        case .roundSucceeded(let verdict, let origin, let duration):
            board.update { $0.consecutiveFailures = 0 }
            core.metrics.synced(verdict == .applied ? .applied : .unchanged, from: origin, in: duration)
        case .roundFailed(let origin, let duration):
            board.update { $0.consecutiveFailures += 1 }
            core.metrics.synced(.failed, from: origin, in: duration)
        }
    }

    private static func result<R>(_ body: () async throws(SyncError) -> R) async -> Result<R, SyncError> {
        do throws(SyncError) { return .success(try await body()) } catch { return .failure(error) }
    }

    private static func error(_ body: () async throws(SyncError) -> Void?) async -> SyncError? {
        do throws(SyncError) { _ = try await body() } catch { return error }
        return nil
    }
}

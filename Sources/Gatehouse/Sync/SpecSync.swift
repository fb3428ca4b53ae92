// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Keeps the document fresh: finds a first one, then asks for newer ones, round after round, one at a time.
///
/// It belongs to one task, so nothing here overlaps.
struct SpecSync: ~Copyable {
    let core: ClientCore
    let intake: DocumentIntake
    let download: SpecDownload?
    let cache: SpecCache?
    private var fleet: Fleet?
    private var schedule: RetrySchedule
    /// The key of the rounds before.
    private var key: SDKKey
    /// Whether the next document is taken whatever its version, since the one before belongs to another key.
    private var takesAny = false
    /// What the cache and the storage don't have yet, since writing failed.
    private var unsaved: [UInt8]?
    private var unshared: [UInt8]?
    /// Whether one of them needs the document in use, whose bytes nobody has any more: a server is asked for all of it then.
    private var needsBytes = false
    /// The version in the storage as far as this process knows, empty when it doesn't.
    private var sharedNote = ""

    init(_ core: ClientCore, transport: Transport?) {
        self.core = core
        intake = DocumentIntake(core: core)
        let options = core.options
        let interval = (options.network ?? NetworkOptions()).pollingInterval
        if let network = options.network, let transport {
            download = SpecDownload(
                transport: transport, options: network, identity: core.identity, time: options.time)
        } else {
            download = nil
        }
        cache = options.cacheDirectory.map { SpecCache(directory: $0, time: options.time) }
        fleet = options.storage.map { Fleet($0, pollingInterval: interval, time: options.time) }
        schedule = RetrySchedule(interval: interval, retries: options.network?.retries ?? 0)
        key = core.key
    }

    /// Runs until its task is cancelled.
    mutating func run() async {
        await begin()
        guard download != nil || fleet != nil else {
            endStart()
            while !Task.isCancelled { await core.alarm.wait(for: .seconds(86_400)) }
            return
        }
        core.refreshes.open()
        // What the storage has needn't be downloaded now (Protocol §5).
        var pause = await readStorage(as: nil) == nil ? .zero : schedule.succeeded(chance: .random(in: 0..<1))
        if pause > .zero { endStart() }
        while !Task.isCancelled {
            if pause > .zero { await wait(for: pause) }
            if Task.isCancelled { break }
            core.board.update { $0.attempts += 1 }
            let waiting = core.refreshes.take()
            pause = await round()
            endStart()
            for promise in waiting { promise.keep(()) }
            // Who came while the round was under way may have ended one of its pauses instead of the next one.
            if core.refreshes.areWanted { pause = .zero }
            core.metrics.retained(core.publication.store.reclaim())
        }
        core.refreshes.close()
        await leave(key)
    }

    // MARK: - Starting

    /// Uses what is at hand.
    private mutating func begin() async {
        if let bytes = core.takeBootstrap() {
            await take(bytes, from: .bootstrap, as: .bootstrap, age: nil)
        }
        if let cache {
            do throws(SyncError) {
                if let kept = try cache.read(key) {
                    await take(kept.bytes, from: .lastKnownGood, as: .cache, age: kept.age)
                }
            } catch {
                core.board.failed(error)
            }
        }
        if core.board.status.isReady, core.options.startRequirement == .anyDocument { endStart() }
    }

    private mutating func take(
        _ bytes: [UInt8], from origin: SpecOrigin, as part: SyncError.Part, age: Duration?
    ) async {
        do throws(SyncError) {
            guard try await intake.take(bytes, from: origin, as: part).verdict == .applied else { return }
            if let age { core.board.confirmed(age: age) }
            unsaved = origin == .bootstrap && cache != nil ? bytes : nil
            if fleet != nil { unshared = bytes }
        } catch {
            core.board.failed(error)
        }
    }

    private func wait(for pause: Duration) async {
        core.board.plan(pause)
        await core.alarm.wait(for: pause)
        core.board.plan(nil)
    }

    private func endStart() {
        core.started.keep(())
        core.board.update { if $0.phase == .starting { $0.phase = .running } }
    }

    // MARK: - Rounds

    /// How a round ended.
    private enum RoundEnd {
        case success(DocumentIntake.Verdict, from: SpecOrigin)
        case failure(pause: Duration)
    }

    /// Asks once, or several times if that fails.
    ///
    /// - Returns: The pause until the next round.
    private mutating func round() async -> Duration {
        noticeNewKey()
        let begin = core.time.elapsed()
        let end = await ask()
        let duration = core.time.elapsed() - begin
        switch end {
        case .success(let verdict, let origin):
            core.board.update { $0.consecutiveFailures = 0 }
            core.metrics.synced(verdict == .applied ? .applied : .unchanged, from: origin, in: duration)
            return schedule.succeeded(chance: .random(in: 0..<1))
        case .failure where Task.isCancelled: return .zero
        case .failure(let pause):
            core.board.update { $0.consecutiveFailures += 1 }
            core.metrics.synced(.failed, from: download == nil ? .storage : .network, in: duration)
            return pause
        }
    }

    private mutating func ask() async -> RoundEnd {
        let role = await role()
        if case .follower(let note) = role {
            if let verdict = await readStorage(as: note) { return .success(verdict, from: .storage) }
            // What the poller has stored already, and isn't there any more, isn't waited for.
            if intake.version == nil, note.isEmpty, let verdict = await awaitPoller() {
                return .success(verdict, from: .storage)
            }
        } else if role == .poller, sharedNote.isEmpty, download != nil {
            // The others are told what is there, and it is made good if it has been lost.
            _ = await readStorage(as: nil)
        }
        guard download != nil else {
            if let verdict = await readStorage(as: nil) { return .success(verdict, from: .storage) }
            return .failure(pause: schedule.rest(chance: .random(in: 0..<1)))
        }
        let end = await downloadUntilItWorks()
        // If this process can't download, another one of the fleet may have more luck.
        if case .failure = end, role == .poller { await leave(key) }
        return end
    }

    private mutating func role() async -> Fleet.Role {
        guard let fleet else { return .everybody }
        var role = Fleet.Role.everybody
        do throws(SyncError) {
            role = try await fleet.role(for: key, note: sharedNote)
        } catch {
            // Whatever the storage does, somebody has to download.
            core.board.failed(error)
            sharedNote = ""
        }
        let isPoller: Bool? = role == .everybody ? nil : role == .poller
        core.board.update { $0.isPoller = isPoller }
        return role
    }

    /// Waits for the first document of the process that downloads for all, but not for ever.
    private mutating func awaitPoller() async -> DocumentIntake.Verdict? {
        guard let download else { return nil }
        let begin = core.time.elapsed()
        while core.time.elapsed() - begin < download.options.initialTimeout, !Task.isCancelled {
            await wait(for: .milliseconds(100))
            core.board.update { $0.attempts += 1 }
            if let verdict = await readStorage(as: nil) { return verdict }
        }
        return nil
    }

    /// Leaves downloading to others, be it the task's last act.
    private mutating func leave(_ key: SDKKey) async {
        guard let fleet else { return }
        sharedNote = ""
        await Task { try? await fleet.release(key) }.value
    }

    private mutating func noticeNewKey() {
        let newKey = core.key
        guard newKey != key else { return }
        key = newKey
        takesAny = true
        unsaved = nil
        unshared = nil
        needsBytes = false
        sharedNote = ""
    }

    // MARK: - Storage

    /// Reads the storage, unless its version is the one in use.
    ///
    /// - Parameter note: What the poller of the fleet says of the version in the storage, `nil` when nobody said anything.
    /// - Returns: What became of the storage's document, `nil` when there is none or it can't be used.
    private mutating func readStorage(as note: String?) async -> DocumentIntake.Verdict? {
        guard let fleet else { return nil }
        if let note, !note.isEmpty, !takesAny, intake.version?.note == note {
            core.board.succeeded(.storage)
            core.board.confirmed()
            sharedNote = note
            await confirmSaved()
            return .unchanged
        }
        do throws(SyncError) {
            guard let bytes = try await fleet.read(key) else {
                core.board.succeeded(.storage)
                needsBytes = needsBytes || unshared == nil
                return nil
            }
            let taken = try await intake.take(bytes, from: .storage, as: .storage, rule: rule)
            core.board.succeeded(.storage)
            core.board.confirmed()
            takesAny = false
            sharedNote = taken.version?.note ?? ""
            if let stored = taken.version, let version = intake.version, version != stored,
                stored.isReplaced(by: version)
            {
                needsBytes = needsBytes || unshared == nil
            } else {
                unshared = nil
            }
            if taken.verdict == .applied { await save(bytes) } else { await confirmSaved() }
            return taken.verdict
        } catch {
            core.board.failed(error)
            if error.code == .invalidDocument { needsBytes = needsBytes || unshared == nil }
            return nil
        }
    }

    /// Puts a document into the storage, for those who don't download themselves.
    private mutating func share(_ bytes: [UInt8]) async {
        guard let fleet else { return }
        do throws(SyncError) {
            try await fleet.write(bytes, key)
            unshared = nil
            sharedNote = intake.version?.note ?? ""
            // The others go by the lease's note, which is that of the version before.
            if core.board.status.isPoller == true { _ = try await fleet.role(for: key, note: sharedNote) }
            core.board.succeeded(.storage)
        } catch {
            unshared = bytes
            core.board.failed(error)
            // The others can't see what this process gets.
            await leave(key)
        }
    }

    // MARK: - Network

    private mutating func downloadUntilItWorks() async -> RoundEnd {
        while true {
            switch await downloadOnce() {
            case .success(let verdict): return .success(verdict, from: .network)
            case .failure(let failure):
                guard !Task.isCancelled else { return .failure(pause: .zero) }
                core.board.failed(failure.error)
                switch schedule.failed(failure.retry, chance: .random(in: 0..<1)) {
                case .rest(let pause): return .failure(pause: pause)
                case .retry(let pause): await wait(for: pause)
                }
                if Task.isCancelled { return .failure(pause: .zero) }
                core.board.update { $0.attempts += 1 }
                noticeNewKey()
            }
        }
    }

    /// Asks the server, and the other one if that fails.
    private mutating func downloadOnce() async -> Result<DocumentIntake.Verdict, DownloadFailure> {
        guard let download else { return .success(.unchanged) }
        let first = await fetch(download, from: download.options.specsURL)
        if case .success = first { core.board.serves(.first, insteadOf: nil) }
        guard case .failure(let failure) = first, failure.error.code != .unauthorized, !Task.isCancelled,
            let fallback = download.options.fallbackSpecsURL
        else { return first }
        let second = await fetch(download, from: fallback)
        guard case .success = second else { return first }
        core.board.serves(.fallback, insteadOf: failure.error)
        return second
    }

    private mutating func fetch(
        _ download: SpecDownload, from base: String
    ) async -> Result<DocumentIntake.Verdict, DownloadFailure> {
        let isStarting = core.board.status.phase == .starting
        let timeout = isStarting ? download.options.initialTimeout : download.options.timeout
        do throws(DownloadFailure) {
            let version = takesAny ? nil : intake.version
            let since = needsBytes ? nil : version
            switch try await download.fetch(from: base, key: key, since: since, timeout: timeout) {
            case .unchanged:
                guard version != nil else {
                    throw DownloadFailure(
                        error: core.error(
                            .download, .invalidDocument,
                            "\(SpecDownload.shown(base, key)) has nothing new, but there is no document to begin with"),
                        retry: .nextInterval)
                }
                await confirm()
                return .success(.unchanged)
            case .document(let bytes):
                return .success(try await take(bytes))
            }
        } catch {
            return .failure(error)
        }
    }

    private mutating func take(_ bytes: [UInt8]) async throws(DownloadFailure) -> DocumentIntake.Verdict {
        let taken: DocumentIntake.Taken
        do throws(SyncError) {
            taken = try await intake.take(bytes, from: .network, as: .download, rule: rule)
        } catch {
            throw DownloadFailure(error: error, retry: .nextInterval)
        }
        takesAny = false
        if taken.verdict == .applied {
            core.board.succeeded(.download)
            core.board.confirmed()
            needsBytes = false
            await share(bytes)
            await save(bytes)
        } else {
            // The document in use, unless it is older.
            if needsBytes, let version = intake.version, let asked = taken.version, asked.time >= version.time {
                needsBytes = false
                if cache != nil { unsaved = bytes }
                if fleet != nil { unshared = bytes }
            }
            await confirm()
        }
        return taken.verdict
    }

    private var rule: DocumentIntake.Rule { takesAny ? .any : .newer }

    private mutating func confirm() async {
        core.board.succeeded(.download)
        core.board.confirmed()
        if let unshared { await share(unshared) }
        await confirmSaved()
    }

    // MARK: - Cache

    private mutating func save(_ bytes: [UInt8]) async {
        guard let cache else { return }
        do throws(SyncError) {
            try await cache.write(bytes, key)
            unsaved = nil
            core.board.succeeded(.cache)
        } catch {
            unsaved = bytes
            core.board.failed(error)
        }
    }

    private mutating func confirmSaved() async {
        guard let cache else { return }
        if let unsaved { return await save(unsaved) }
        do throws(SyncError) {
            try await cache.confirm(key)
            core.board.succeeded(.cache)
        } catch {
            core.board.failed(error)
            needsBytes = true
        }
    }
}

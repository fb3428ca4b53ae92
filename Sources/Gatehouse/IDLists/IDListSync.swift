// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation
internal import NIOConcurrencyHelpers

/// Keeps copies of a project's ID lists, and brings them up to date when it is told to (Protocol §6).
///
/// What happens to one list doesn't concern the others: a list that can't be renewed stays as it was. Safe to use from any
/// task.
package final class IDListSync: Sendable {
    private struct State {
        var copies: [IDListName: IDListCopy] = [:]
        var lists = IDLists()
        var failures: [IDListName: IDListFailure] = [:]
        var lastSuccess: Int64?
        var lastError: SyncError?
        var underWay: Promise<IDListSyncReport>?
    }

    /// How many lists are downloaded at once, so that one slow server doesn't stop the others.
    private static let maximumDownloads = 4

    private let options: IDListOptions
    private let key: @Sendable () -> SDKKey
    private let headers: @Sendable () -> [(name: String, value: String)]
    private let transport: Transport
    private let time: any TimeSource
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - options: Where the lists are.
    ///   - key: The key at the moment.
    ///   - headers: The headers of a request made now, the key's included; lists elsewhere are asked without that one.
    ///   - transport: What downloads.
    ///   - time: The time for reports.
    package init(
        _ options: IDListOptions, key: @escaping @Sendable () -> SDKKey,
        headers: @escaping @Sendable () -> [(name: String, value: String)], transport: Transport,
        time: any TimeSource
    ) {
        self.options = options
        self.key = key
        self.headers = headers
        self.transport = transport
        self.time = time
    }

    /// The lists as they are; each is there as soon as it is downloaded, while others may still be on their way.
    package var lists: IDLists { state.withLockedValue { $0.lists } }

    /// Asks what has changed, and downloads that.
    ///
    /// Cancelling the task ends the downloads; what is complete by then stays. A call during another one
    /// gets the result of that one.
    package func synchronize() async -> IDListSyncReport {
        let own = Promise<IDListSyncReport>()
        let other = state.withLockedValue { state in
            defer { state.underWay = state.underWay ?? own }
            return state.underWay
        }
        if let other { return await other.value() }
        let report = await run()
        state.withLockedValue { $0.underWay = nil }
        own.keep(report)
        return report
    }

    private func run() async -> IDListSyncReport {
        var progress = Progress()
        do throws(IDListFailure) {
            let manifest = try await IDListManifest.download(options, key: key(), headers: headers(), with: transport)
            let work = begin(manifest, &progress)
            await download(work, &progress)
        } catch {
            progress.manifestFailure = error
        }
        return report(progress)
    }

    // MARK: - Steps

    private struct Progress {
        var hasChanged = false
        var receivedByteCount = 0
        var failures: [IDListName: IDListFailure] = [:]
        var manifestFailure: IDListFailure?
    }

    /// A list that is to be downloaded, and the copy to extend.
    private struct Work {
        let name: IDListName
        let download: IDListDownload
        let copy: IDListCopy?
    }

    /// Deletes lists that the manifest doesn't have any more, and says which of the others need a download.
    private func begin(_ manifest: IDListManifest, _ progress: inout Progress) -> [Work] {
        progress.failures = manifest.malformed
        let (copies, before) = state.withLockedValue { state in
            for name in state.copies.keys where manifest.entries[name] == nil && manifest.malformed[name] == nil {
                state.copies[name] = nil
                state.lists[name.text] = nil
                progress.hasChanged = true
            }
            return (state.copies, state.failures)
        }
        var work: [Work] = []
        for (name, entry) in manifest.entries {
            let copy = copies[name]
            let plan = IDListCopy.plan(for: entry, having: copy)
            do throws(IDListFailure) {
                switch plan {
                case .keep:
                    var copy = copy ?? IDListCopy(of: entry)
                    copy.finish(entry)
                    progress.hasChanged = set(copy, of: name) || progress.hasChanged
                case .distrust:
                    throw IDListFailure(.invalidDocument, "the manifest names an older file than the one in use")
                case .extend, .load:
                    let manifestURL = options.manifestURL ?? IDListOptions.defaultManifestURL
                    let download = IDListDownload(
                        entry: entry, location: try IDListLocation(entry.url, manifestURL: manifestURL),
                        options: options, headers: headers, transport: transport, time: time)
                    work.append(Work(name: name, download: download, copy: plan == .extend ? copy : nil))
                }
            } catch {
                progress.failures[name] = error
            }
        }
        // Those that failed the last time wait until the others are through.
        return work.sorted { (before[$0.name] == nil ? 0 : 1, $0.name) < (before[$1.name] == nil ? 0 : 1, $1.name) }
    }

    private func download(_ work: [Work], _ progress: inout Progress) async {
        await withTaskGroup(of: (IDListName, IDListDownload.Outcome).self) { group in
            var waiting = work.makeIterator()
            func startNext() {
                guard !Task.isCancelled, let next = waiting.next() else { return }
                group.addTask { (next.name, await next.download.run(extending: next.copy)) }
            }
            for _ in 0..<IDListSync.maximumDownloads { startNext() }
            for await (name, outcome) in group {
                startNext()
                progress.receivedByteCount += outcome.receivedByteCount
                progress.failures[name] = outcome.failure
                guard let copy = outcome.copy else { continue }
                let isNew = set(copy, of: name)
                progress.hasChanged = progress.hasChanged || isNew || outcome.hasContent
            }
        }
    }

    /// - Returns: Whether the list is a new one.
    private func set(_ copy: IDListCopy, of name: IDListName) -> Bool {
        state.withLockedValue { state in
            state.lists[name.text] = copy.list
            return state.copies.updateValue(copy, forKey: name) == nil
        }
    }

    private func report(_ progress: Progress) -> IDListSyncReport {
        let now = time.wallTime()
        let names = progress.failures.keys.sorted()
        let key = key()
        var errors: [SyncError] = []
        if let failure = progress.manifestFailure {
            errors.append(SyncError(.idLists, failure.code, "the list of ID lists: \(failure.message)", at: now))
        }
        for name in names {
            guard let failure = progress.failures[name] else { continue }
            errors.append(
                SyncError(.idLists, failure.code, "ID list \(key.redacted(name.text)): \(failure.message)", at: now))
        }
        return state.withLockedValue { state in
            // Without a manifest nothing new is known of the lists.
            if progress.manifestFailure == nil { state.failures = progress.failures }
            if errors.isEmpty { state.lastSuccess = now }
            state.lastError = errors.first ?? state.lastError
            let failing = state.failures.keys.sorted()
            var status = IDListStatus()
            status.listCount = state.copies.count
            for copy in state.copies.values {
                status.memberCount += copy.list.count
                status.memoryByteCount += copy.list.memoryByteCount
            }
            status.lastSuccess = state.lastSuccess
            status.lastError = state.lastError
            status.failingListCount = failing.count
            status.failingLists = failing.prefix(IDListStatus.maximumFailingLists).map { key.redacted($0.text) }
            return IDListSyncReport(
                lists: state.lists, hasChanged: progress.hasChanged, receivedByteCount: progress.receivedByteCount,
                errors: errors, status: status)
        }
    }
}

/// What a synchronization of ID lists came to.
package struct IDListSyncReport: Sendable {
    /// The lists as they are now.
    package let lists: IDLists
    /// Whether any list is another one than before, new, or gone.
    package let hasChanged: Bool
    /// How many bytes of lists were downloaded.
    package let receivedByteCount: Int
    /// What failed: the manifest, or each list that couldn't be renewed; empty when all is well.
    package let errors: [SyncError]
    package let status: IDListStatus
}

/// Keeps the ID lists fresh, round after round, one at a time.
struct IDListLoop {
    let core: ClientCore
    let interval: Duration
    private let sync: IDListSync

    init(_ core: ClientCore, options: IDListOptions, transport: Transport) {
        self.core = core
        interval = max(options.pollingInterval, .seconds(1))
        sync = IDListSync(
            options, key: { core.key },
            headers: { core.identity.headers(key: core.key, wallTime: core.time.wallTime()) }, transport: transport,
            time: core.time)
    }

    /// Runs until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let report = await sync.synchronize()
            if Task.isCancelled { break }
            if report.hasChanged { core.publication.update { $0.idLists = report.lists } }
            core.board.update { $0.idLists = report.status }
            if let error = report.errors.first { core.board.failed(error) } else { core.board.succeeded(.idLists) }
            core.metrics.syncedIDLists(
                report.errors.isEmpty ? report.hasChanged ? .applied : .unchanged : .failed,
                memberCount: report.status.memberCount)
            core.startedIDLists.keep(())
            try? await core.time.sleep(for: interval * (1 - .random(in: 0..<0.1)))
        }
    }
}

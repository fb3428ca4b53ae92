// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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
            let report = await sync.synchronise()
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import Logging
internal import NIOConcurrencyHelpers

/// The state that the tasks of a client share.
///
/// The tasks hold this object and not the client. The client's `deinit` can therefore end them.
final class ClientCore: Sendable {
    let options: ClientOptions
    let publication: Publication
    let board: StatusBoard
    let updates = Broadcast<DocumentUpdate>(bufferCount: 16)
    let metrics: ClientMetrics
    let destinations: Destinations
    /// Counts the calls that most likely mean something else.
    let usage: UsageBoard
    let identity: RequestIdentity
    /// Ends the pause before the next download.
    let alarm: Alarm
    /// Fulfilled when the start no longer waits for a document.
    let started = Promise<Void>()
    /// Fulfilled when the ID lists were requested once, or if the client has none.
    let startedIDLists = Promise<Void>()
    let refreshes: RefreshRequests
    let keyBox: NIOLockedValueBox<SDKKey>
    /// Whether the program brought a document along.
    let hasBootstrap: Bool
    private let bootstrap: NIOLockedValueBox<[UInt8]?>

    init(key: SDKKey, options: ClientOptions) {
        bootstrap = NIOLockedValueBox(options.bootstrap)
        hasBootstrap = options.bootstrap != nil
        var options = options
        options.bootstrap = nil
        self.options = options
        destinations = Destinations(options)
        let metrics = ClientMetrics(label: options.label)
        self.metrics = metrics
        publication = Publication(options)
        keyBox = NIOLockedValueBox(key)
        usage = UsageBoard(counted: { metrics.usageProblem($0) }) { [keyBox, options] problem in
            // A document may have a key in a name.
            options.logger.warning("\(keyBox.withLockedValue { $0 }.redacted(problem.description))")
            options.usageProblemHandler?(problem)
        }
        board = StatusBoard(options, key: keyBox, metrics: metrics)
        let eventDestination = destinations.events.map(key.redacted)
        board.update { $0.eventDestination = eventDestination }
        identity = RequestIdentity(serviceName: options.network?.serviceName ?? "unknown")
        alarm = Alarm(options.time)
        refreshes = RefreshRequests(alarm)
    }

    var time: any TimeSource { options.time }
    var logger: Logger { options.logger }

    var key: SDKKey {
        get { keyBox.withLockedValue { $0 } }
        set { keyBox.withLockedValue { $0 = newValue } }
    }

    /// Returns ``ClientOptions/bootstrap`` once, so that its memory can be freed when another document replaces it.
    func takeBootstrap() -> [UInt8]? {
        bootstrap.withLockedValue { bytes in
            defer { bytes = nil }
            return bytes
        }
    }

    func error(_ part: SyncError.Part, _ code: SyncError.Code, _ message: String) -> SyncError {
        SyncError(part, code, message, at: time.wallTime())
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import Logging
internal import NIOConcurrencyHelpers

/// What the parts of a client share.
///
/// The tasks of a client hold this, and not the client, so that a client that nobody holds any more ends them.
final class ClientCore: Sendable {
    let options: ClientOptions
    let publication: Publication
    let board: StatusBoard
    let updates = Broadcast<SpecsUpdate>(bufferCount: 16)
    let metrics = ClientMetrics()
    let identity: RequestIdentity
    /// Ends the wait for the next download.
    let alarm: Alarm
    /// Kept when the start is over as far as documents are concerned.
    let started = Promise<Void>()
    /// Kept when ID lists have been asked for, or nobody wants them.
    let startedIDLists = Promise<Void>()
    let refreshes: Refreshes
    let keyBox: NIOLockedValueBox<SDKKey>
    private let bootstrap: NIOLockedValueBox<[UInt8]?>

    init(key: SDKKey, options: ClientOptions) {
        bootstrap = NIOLockedValueBox(options.bootstrap)
        var options = options
        options.bootstrap = nil
        self.options = options
        publication = Publication(options)
        board = StatusBoard(options, metrics: metrics)
        identity = RequestIdentity(serviceName: options.network?.serviceName ?? "unknown")
        alarm = Alarm(options.time)
        refreshes = Refreshes(alarm)
        keyBox = NIOLockedValueBox(key)
    }

    var time: any TimeSource { options.time }
    var logger: Logger { options.logger }

    var key: SDKKey {
        get { keyBox.withLockedValue { $0 } }
        set { keyBox.withLockedValue { $0 = newValue } }
    }

    /// The document that the program brought along, once: nobody keeps it when another has taken its place.
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

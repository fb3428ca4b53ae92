// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a client logs exposures and other events.
public struct EventOptions: Sendable {
    /// Where events go; the collector at ``collectorURL`` when `nil`.
    public var sink: (any EventSink)?
    /// The URL of the collector.
    ///
    /// When `nil`, Statsig's for clients that download from Statsig, and `/v1/log_event` on the server of
    /// ``NetworkOptions/specsURL`` for all others: who has a server of their own doesn't send events past it.
    public var collectorURL: String?
    /// How long a request to the collector may take, 10 s unless told.
    public var timeout: Duration
    /// Whether every event is dropped as soon as it is logged; only checks without exposure are counted.
    public var disablesAllLogging: Bool
    /// How many events make a full batch, 2000 unless told; from 1 to 2000.
    ///
    /// Full batches are sent at once.
    public var batchSize: Int
    /// How long events wait for their batch to become full, 10 s unless told; at least 1 s.
    ///
    /// It is also how much a crash may lose when there is a ``spool``.
    public var flushInterval: Duration
    /// How many batches wait while the sink fails, 100 unless told.
    ///
    /// Beyond that the oldest is dropped.
    public var maximumWaitingBatches: Int
    /// How many compressed bytes wait while the sink fails, 16 MiB unless told.
    ///
    /// Beyond that the oldest batch is dropped.
    public var maximumWaitingBytes: Int
    /// How many exposures are remembered so that they aren't logged twice within the time that the project says, 100,000
    /// unless told.
    ///
    /// The memory is 16 to 32 bytes for each, and isn't touched before it is used.
    public var dedupeKeys: Int
    /// Where unsent events are kept on disk, `nil` for nowhere.
    public var spool: SpoolOptions?
    /// An ID with which to take part in logging secondary exposures as gate exposures of their own, `nil` for not at all.
    ///
    /// The project says how many of a thousand IDs do so (`sec_expo_number` among its `sdk_configs`), and the hash of the ID says
    /// whether this one does. Exposures then have no secondary ones, and each gate that was passed through is deduplicated and
    /// sampled by itself. It is what other SDKs call the experimental flag `sec_expo_as_primary:<ID>`.
    public var secondaryExposureID: String?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - sink: Where events go, `nil` for a collector.
    ///   - collectorURL: The URL of the collector, `nil` for the one that belongs to where documents come from.
    ///   - flushInterval: How long events wait for their batch to become full.
    ///   - spool: Where unsent events are kept on disk, `nil` for nowhere.
    public init(
        sink: (any EventSink)? = nil, collectorURL: String? = nil, flushInterval: Duration = .seconds(10),
        spool: SpoolOptions? = nil
    ) {
        self.sink = sink
        self.collectorURL = collectorURL
        self.flushInterval = flushInterval
        self.spool = spool
        timeout = .seconds(10)
        disablesAllLogging = false
        batchSize = 2_000
        maximumWaitingBatches = 100
        maximumWaitingBytes = 16 << 20
        dedupeKeys = 100_000
    }

    /// Where Statsig collects events.
    public static let defaultCollectorURL = "https://prodregistryv2.org/v1/log_event"
}

/// Where and how much a client keeps of events that aren't delivered yet.
///
/// Batches are written before they are sent and removed when they have been. A later start of any client with the same
/// directory sends what is left. Processes may share a directory: each takes a part of it.
public struct SpoolOptions: Sendable {
    /// The directory, made for the owner only when it is missing.
    ///
    /// Its files hold events, and so what users are known by, though never their private attributes.
    public var directory: String
    /// The most bytes of one client's batches on disk, 256 MiB unless told.
    ///
    /// Beyond that the oldest batch is dropped.
    public var maximumBytes: Int

    /// Makes options.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - maximumBytes: The most bytes on disk.
    public init(directory: String, maximumBytes: Int = 256 << 20) {
        self.directory = directory
        self.maximumBytes = maximumBytes
    }
}

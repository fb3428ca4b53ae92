// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a client logs exposures and other events.
public struct EventOptions: Sendable {
    /// The sink that gets the events, `nil` for the collector at ``collectorURL``.
    public var sink: (any EventSink)?
    /// The URL of the collector.
    ///
    /// If it is `nil`, a client that downloads from Statsig sends events to Statsig's collector. A client that downloads from
    /// another server sends them to `/v1/log_event` behind the same path as ``NetworkOptions/specsURL``. A client with a
    /// ``ClientOptions/file`` or without a ``ClientOptions/network`` sends none. ``ClientStatus/eventDestination`` tells.
    public var collectorURL: String?
    /// The timeout of a request to the collector, 10 s by default.
    public var timeout: Duration
    /// Whether the client drops every event when it is logged.
    ///
    /// It still counts answers without exposure.
    public var disablesAllLogging: Bool
    /// The number of events in a full batch, 2000 by default, from 1 to 2000.
    ///
    /// The client sends a full batch at once.
    public var batchSize: Int
    /// The number of bytes of JSON in a full batch, 1 MiB by default.
    ///
    /// A larger event has a batch of its own. The client halves a batch that the collector refuses as too large (413).
    public var maximumBatchBytes: Int
    /// The time after which the client sends a batch that isn't full, 10 s by default, at least 1 s.
    ///
    /// With a ``spool``, a crash loses at most the events of this time.
    public var flushInterval: Duration
    /// The maximum number of batches that wait while the sink fails, 100 by default.
    ///
    /// The client drops the oldest batch if there are more.
    public var maximumWaitingBatches: Int
    /// The maximum number of bytes that wait in memory while the sink fails, 16 MiB by default.
    ///
    /// The client drops the oldest batch if there are more. Batches for a collector wait compressed, those for another sink as
    /// JSON.
    public var maximumWaitingBytes: Int
    /// The number of exposures that the client remembers for deduplication, 100,000 by default.
    ///
    /// Each takes 16 to 32 bytes. The system provides the memory when it is first used.
    public var dedupeKeys: Int
    /// The directory for events that aren't delivered yet, `nil` for none.
    public var spool: SpoolOptions?
    /// An ID that decides whether the client logs secondary exposures as gate exposures of their own, `nil` for a client that
    /// doesn't.
    ///
    /// The project sets the share of IDs that do so, in thousandths (`sec_expo_number` among its `sdk_configs`). The hash of the
    /// ID decides whether this client is among them. Its exposures then contain no secondary ones; each gate that an
    /// evaluation passed through is deduplicated and sampled by itself. Other SDKs have the experimental flag
    /// `sec_expo_as_primary:<ID>` for this.
    public var secondaryExposureID: String?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - sink: The sink that gets the events, `nil` for a collector.
    ///   - collectorURL: The URL of the collector, `nil` for the one of the server that documents come from.
    ///   - flushInterval: The time after which the client sends a batch that isn't full.
    ///   - spool: The directory for events that aren't delivered yet, `nil` for none.
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
        maximumBatchBytes = 1 << 20
        maximumWaitingBatches = 100
        maximumWaitingBytes = 16 << 20
        dedupeKeys = 100_000
    }

    /// Where Statsig collects events.
    public static let defaultCollectorURL = "https://prodregistryv2.org/v1/log_event"
}

/// The directory in which a client keeps events until they are delivered.
///
/// The client writes a batch before it sends it, and removes it afterwards. The next client that starts with the same
/// directory sends what is left. Processes may share a directory: each locks a part of it.
public struct SpoolOptions: Sendable {
    /// The path of the directory.
    ///
    /// The client makes it, for the owner only, if it is missing.
    ///
    /// Its files contain events with IDs and attributes of users, but never private attributes.
    public var directory: String
    /// The maximum size of one client's batches on disk in bytes, 256 MiB by default.
    ///
    /// The client drops the oldest batch if there are more.
    public var maximumBytes: Int

    /// Makes options.
    ///
    /// - Parameters:
    ///   - directory: The path of the directory.
    ///   - maximumBytes: The maximum size on disk in bytes.
    public init(directory: String, maximumBytes: Int = 256 << 20) {
        self.directory = directory
        self.maximumBytes = maximumBytes
    }
}

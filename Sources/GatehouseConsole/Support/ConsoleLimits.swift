// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The bounds on what requests may cost a console: memory, time, connections and disk.
///
/// All bounds are here. A request that exceeds one is refused with 413, 429 or 503, an event that exceeds one is dropped, a
/// connection that exceeds one is closed, and a metric shows it (<doc:Limits>).
public struct ConsoleLimits: Sendable {
    /// The bounds of a request's body.
    public struct Body: Sendable {
        /// The maximum number of bytes that are received.
        public var maximumReceivedBytes: Int
        /// The maximum number of bytes after decompression.
        public var maximumBytes: Int
        /// The maximum number of bytes that the parsed body may take in memory, as estimated before it is parsed.
        public var maximumParsedBytes: Int

        /// Makes the bounds of a body.
        ///
        /// - Parameters:
        ///   - maximumReceivedBytes: The maximum number of bytes that are received.
        ///   - maximumBytes: The maximum number of bytes after decompression.
        ///   - maximumParsedBytes: The maximum number of bytes that the parsed body may take in memory.
        public init(maximumReceivedBytes: Int, maximumBytes: Int, maximumParsedBytes: Int) {
            self.maximumReceivedBytes = maximumReceivedBytes
            self.maximumBytes = maximumBytes
            self.maximumParsedBytes = maximumParsedBytes
        }
    }

    // MARK: - Bodies

    /// Bodies with a user, for evaluations and client-initialize, and bodies about keys.
    public var userBody = Body(maximumReceivedBytes: 1 << 20, maximumBytes: 1 << 20, maximumParsedBytes: 8 << 20)
    /// Bodies with events.
    public var eventBody = Body(maximumReceivedBytes: 10 << 20, maximumBytes: 16 << 20, maximumParsedBytes: 128 << 20)
    /// Bodies of the Console API, imported documents included.
    public var authoringBody = Body(
        maximumReceivedBytes: 16 << 20, maximumBytes: 64 << 20, maximumParsedBytes: 512 << 20)
    /// The maximum ratio of a body's bytes after decompression to those before.
    public var maximumCompressionRatio = 100
    /// The number of bytes after decompression up to which a body may exceed ``maximumCompressionRatio``.
    public var freeDecompressedBytes = 1 << 20
    /// The maximum ratio of the memory of a parsed body to its bytes.
    ///
    /// Bodies that take at most an eighth of ``ConsoleLimits/Body/maximumParsedBytes`` may exceed it.
    public var maximumParsedRatio = 8
    /// The maximum number of bytes of all bodies that are in memory; one key may have a quarter of it.
    public var maximumBufferedBytes = 256 << 20
    /// The time within which a body has to arrive.
    public var bodyDeadline = Duration.seconds(120)
    /// The minimum rate of a body in bytes per second, after ``bodyGrace``.
    public var minimumBodyRate = 1024
    /// The time that a body has before its rate counts.
    public var bodyGrace = Duration.seconds(10)

    // MARK: - Connections

    /// The maximum number of open connections; clients beyond it wait until another connection ends.
    ///
    /// The console opens 64 fewer than the files that its process may have open, if that is less.
    public var maximumConnections = 10_000
    /// The time within which the first request on a connection has to begin.
    public var firstRequestDeadline = Duration.seconds(30)
    /// The time after which a connection without a request is closed.
    public var idleTimeout = Duration.seconds(120)
    /// The age after which a connection ends with its next response.
    ///
    /// Clients that connect again see changes of addresses and of balancers.
    public var maximumConnectionAge = Duration.seconds(3600)

    // MARK: - Work

    /// The number of received bytes beyond which a body is large: it waits for its turn on the threads for large requests.
    public var maximumSmallReceivedBytes = 16 << 10
    /// The number of bytes after decompression beyond which a body is large.
    public var maximumSmallBytes = 64 << 10
    /// The maximum number of requests with large bodies that are worked on at a time; the others wait.
    ///
    /// One processor is left for everything else: health, readiness, keys, downloads, small evaluations.
    public var maximumRunningRequests = WorkThreads.count
    /// The maximum number of requests with large bodies of one key that are worked on at a time.
    public var maximumRunningRequestsPerKey = (WorkThreads.count + 1) / 2
    /// The maximum number of requests with large bodies that wait.
    public var maximumWaitingRequests = 1000
    /// The maximum number of requests with large bodies that wait for one key.
    public var maximumWaitingRequestsPerKey = 100
    /// The maximum number of client-initialize responses whose times are remembered; a client gets a whole response instead
    /// of "no updates" when its own is forgotten.
    public var maximumRememberedAnswers = 100_000
    /// The maximum number of documents, and of rulesets, that are kept for keys that see different parts of the project; they
    /// are made again when they are asked for.
    public var maximumViews = 64
    /// The time that requests in progress have after the console was told to stop; their connections are closed then.
    public var shutdownDeadline = Duration.seconds(10)

    // MARK: - Events

    /// The maximum number of events in a request.
    public var maximumEventsPerRequest = 10_000
    /// The maximum number of bytes of an event, as JSON.
    public var maximumEventBytes = 64 << 10
    /// The maximum number of bytes of an event's name.
    public var maximumEventNameBytes = 256
    /// The maximum number of different names of events.
    public var maximumEventNames = 10_000
    /// The maximum number of events that are stored; the oldest ones go.
    public var maximumStoredEvents = 100_000
    /// The maximum number of bytes of the events that are stored; the oldest ones go.
    public var maximumStoredEventBytes = 256 << 20
    /// The maximum age of the events that are stored, in seconds.
    public var maximumEventAge = 30 * 86_400

    // MARK: - Disk

    /// The size of the write-ahead log beyond which its content is moved to the data file, in bytes.
    public var maximumLogBytes = 8 << 20
    /// The bytes of disk that are set aside for changes by administrators when the disk is full.
    ///
    /// It is at most a quarter of what is free when the console starts.
    public var diskReserveBytes = 16 << 20

    /// Makes the bounds that hold by default.
    public init() {}

    // MARK: - Bounds that don't change

    /// The levels of arrays and objects that authored values may have in a request: in documents and responses they are some
    /// levels deeper, and readers take at most 127.
    public static let maximumNesting = 100
    /// The levels of a schema, with its references, that a check follows.
    public static let maximumSchemaDepth = 64
    /// The steps of a request's schema checks, to which two are added for each byte of its body.
    public static let minimumSchemaSteps = 500_000
    /// The maximum number of gates that a request asks for, as the official HTTP API has it.
    public static let maximumGatesPerRequest = 100
    /// The maximum number of OpenFeature flags that a request asks for by their keys.
    public static let maximumFlagKeys = 10_000
}

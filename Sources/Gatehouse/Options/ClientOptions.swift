// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
public import Logging

/// The options of a client.
///
/// A client looks for a document in this order: ``bootstrap``, the last known good document in ``cacheDirectory``,
/// ``storage``, ``network``. It uses the first one at once, and replaces it when a newer one comes.
public struct ClientOptions: Sendable {
    /// When a client counts as started.
    public enum StartRequirement: String, Sendable, Hashable, CaseIterable {
        /// As soon as there is a document, even an old one. A newer one follows in the background.
        case anyDocument
        /// When the network or the storage of the fleet has confirmed the document. The client uses an older one until then.
        case confirmedDocument
    }

    // MARK: Sources

    /// The bytes of a document to start with, `nil` for none.
    public var bootstrap: [UInt8]?
    /// The path of a document to use instead of those of the storage and the network, `nil` for none.
    ///
    /// For development.
    ///
    /// The client reads the file again when it changes. It reports a document that it can't use, and keeps the one before. It
    /// downloads nothing, and sends no events unless there is an ``EventOptions/sink`` or an ``EventOptions/collectorURL``.
    public var file: String?
    /// The directory for the last good document, which the next start reads; `nil` for none.
    ///
    /// The client makes the directory if it is missing. Processes may share it. Only the owner can read its files.
    public var cacheDirectory: String?
    /// The storage that the processes of a fleet share, `nil` for none.
    public var storage: StorageOptions?
    /// How to download documents, `nil` for a client that doesn't.
    public var network: NetworkOptions?
    /// How to download ID lists, `nil` for a client that doesn't.
    ///
    /// Needs ``network``, or an ``IDListOptions/manifestURL``.
    public var idLists: IDListOptions?

    // MARK: Evaluation

    /// The environment tier, for example `staging`; `nil` for the document's default.
    public var environment: String?
    /// Custom fields of every user.
    ///
    /// A user's own field of the same name wins.
    public var globalCustomFields: Object
    /// Overrides that hold from the start; see ``GatehouseClient/updateOverrides(_:)``.
    public var overrides: LocalOverrides
    /// Returns overrides that win over all others.
    ///
    /// Each evaluation calls it, so that a test gets the overrides of its task.
    package var overrideScope: (@Sendable () -> LocalOverrides?)?
    /// Finds the country of an IP address, `nil` for no lookup.
    public var countryLookup: (any CountryLookup)?
    /// Called before and after each evaluation of a getter, in this order.
    ///
    /// Without hooks a getter does nothing for them. ``GatehouseClient/evaluateAll(for:)``, explanations and responses for
    /// clients call no hook.
    public var evaluationHooks: [any EvaluationHook] = []
    /// The storage of sticky assignments, `nil` for none.
    public var stickyStorage: (any StickyStorage)?

    // MARK: Events

    /// How to log exposures and other events, `nil` for a client that doesn't.
    ///
    /// A client with a ``file`` or without a ``network`` logs only if there is an ``EventOptions/sink`` or an
    /// ``EventOptions/collectorURL``.
    public var events: EventOptions?

    // MARK: Freshness

    /// When a client counts as started.
    public var startRequirement: StartRequirement
    /// The age at which a document becomes stale, `nil` for six polling intervals.
    ///
    /// The age is the time since a source last confirmed that the document is the current one.
    public var staleAfter: Duration?

    // MARK: Surroundings

    /// The value of the dimension `client` of all metrics, `nil` for metrics without it.
    ///
    /// Clients of one process need labels of their own, since they write the same gauges otherwise.
    public var label: String?
    /// The logger for changes of the client's state.
    ///
    /// The client never logs single evaluations.
    public var logger: Logger
    /// The clock.
    public var time: any TimeSource
    /// Called at the first occurrence of each ``GatehouseClient/usageProblems`` of the client, on the thread that made the call.
    ///
    /// It has to be fast. A test passes a function that fails:
    ///
    ///     options.usageProblemHandler = { Issue.record("\($0)") }
    public var usageProblemHandler: (@Sendable (UsageProblem) -> Void)?

    /// Makes options.
    ///
    /// - Parameters:
    ///   - network: How to download documents, `nil` for a client that doesn't.
    ///   - environment: The environment tier.
    ///   - cacheDirectory: The directory for the last good document.
    public init(
        network: NetworkOptions? = NetworkOptions(), environment: String? = nil, cacheDirectory: String? = nil
    ) {
        self.network = network
        self.environment = environment
        self.cacheDirectory = cacheDirectory
        globalCustomFields = [:]
        overrides = LocalOverrides()
        countryLookup = IP3Country()
        events = EventOptions()
        startRequirement = .anyDocument
        logger = Logger(label: "gatehouse")
        time = SystemTime()
    }
}

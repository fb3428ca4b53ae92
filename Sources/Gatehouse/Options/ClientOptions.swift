// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
public import Logging

/// What a client is made of beside its key.
///
/// A client asks its sources in this order: ``bootstrap``, the last known good document in ``cacheDirectory``,
/// ``storage``, ``network``. The first document is used at once, newer ones take its place.
public struct ClientOptions: Sendable {
    /// When a client counts as started.
    public enum StartRequirement: String, Sendable, Hashable, CaseIterable {
        /// As soon as there is any document, be it an old one; a newer one follows in the background.
        case anyDocument
        /// When the network, or the storage of the fleet, has confirmed the document; an older one is used meanwhile.
        case confirmedDocument
    }

    // MARK: Sources

    /// A document to start with, in bytes, `nil` for none.
    public var bootstrap: [UInt8]?
    /// A document to use instead of the storage's and the network's, for development: a path.
    ///
    /// It is read again whenever it changes. A bad edit is reported and changes nothing.
    public var file: String?
    /// Where the last good document is kept for the next start: a directory, made when it is missing; `nil` for nowhere.
    ///
    /// Processes may share it. Documents are as readable there as the file system allows: for the owner only.
    public var cacheDirectory: String?
    /// The storage that a fleet shares, `nil` for none.
    public var storage: StorageOptions?
    /// How to download, `nil` for not at all.
    public var network: NetworkOptions?
    /// How to keep ID lists, `nil` for not at all; needs ``network``.
    public var idLists: IDListOptions?

    // MARK: Evaluation

    /// The environment tier, for example `staging`; the document's default when `nil`.
    public var environment: String?
    /// Custom fields that every user has unless they have one of the same name.
    public var globalCustomFields: Object
    /// Answers that win over the document's from the start; see ``GatehouseClient/updateOverrides(_:)``.
    public var overrides: LocalOverrides
    /// Answers that win over all others, asked for at each evaluation: those of the task that a test runs in.
    package var overrideScope: (@Sendable () -> LocalOverrides?)?
    /// Finds the country of an IP address, `nil` for no lookup.
    public var countryLookup: (any CountryLookup)?
    /// Where sticky assignments are kept, `nil` for nowhere.
    public var stickyStorage: (any StickyStorage)?

    // MARK: Events

    /// How exposures and other events are logged, `nil` for not at all.
    ///
    /// Without a ``network``, a sink of your own is needed for anything to be logged.
    public var events: EventOptions?

    // MARK: Freshness

    /// When a client counts as started.
    public var startRequirement: StartRequirement
    /// From what age on a document counts as stale: six polling intervals when `nil`.
    ///
    /// The age is counted from when a source last confirmed that the document is the current one.
    public var staleAfter: Duration?

    // MARK: Surroundings

    /// Where the client logs: changes of its state, never single evaluations.
    public var logger: Logger
    /// What time it is.
    public var time: any TimeSource

    /// Makes options.
    ///
    /// - Parameters:
    ///   - network: How to download, `nil` for not at all.
    ///   - environment: The environment tier.
    ///   - cacheDirectory: Where the last good document is kept for the next start.
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The status of a client at a moment.
public struct ClientStatus: Sendable, Equatable {
    /// The phases of a client's life.
    public enum Phase: String, Sendable, Hashable, CaseIterable, Encodable {
        /// The client isn't started.
        case idle
        /// The client looks for its first document.
        case starting
        /// The client keeps its document fresh.
        case running
        /// The client was shut down. It still answers from its last document.
        case stopped
    }

    /// The current phase.
    public internal(set) var phase = Phase.idle
    /// The source of the document in use.
    public internal(set) var origin = DocumentOrigin.none
    /// The time of the last change of the project according to the document, in ms since 1970; `nil` without a document.
    public internal(set) var documentTime: UInt64?
    /// The time when the client began to use the document, in ms since 1970; `nil` without a document.
    public internal(set) var receivedAt: Int64?
    /// The time since a source last confirmed that the document is the current one; `nil` without a document.
    ///
    /// It grows while downloads fail. Changes of the time of day don't affect it.
    public internal(set) var age: Duration?
    /// Whether there is no document, or it is older than ``ClientOptions/staleAfter``.
    ///
    /// The document of a client without a network and a storage is never stale, since no source confirms it.
    public internal(set) var isStale = true
    /// The number of entities of the document that were dropped because they are malformed.
    public internal(set) var issueCount = 0
    /// How many different problems ``GatehouseClient/usageProblems`` has.
    public internal(set) var usageProblemCount = 0
    /// The current failures, at most one for each part of the client.
    public internal(set) var problems: [SyncError] = []
    /// The last failure, even if that part works again.
    public internal(set) var lastError: SyncError?
    /// The number of rounds of downloads that failed since the last success.
    public internal(set) var consecutiveFailures = 0
    /// The number of requests to sources since the start, with retries.
    public internal(set) var attempts = 0
    /// The time until the next request, `nil` if none is planned or one is under way.
    public internal(set) var nextAttempt: Duration?
    /// Whether the last response came from ``NetworkOptions/fallbackSpecsURL``, since the first server failed.
    public internal(set) var usesFallback = false
    /// Whether this process downloads for its fleet, `nil` if it doesn't share downloads.
    public internal(set) var isPoller: Bool?
    /// Where events go: the URL of the collector, or the type of ``EventOptions/sink``; `nil` for a client that logs none.
    public internal(set) var eventDestination: String?
    /// The status of the ID lists, `nil` for a client without ID lists.
    public internal(set) var idLists: IDListStatus?

    /// Whether there is a document to answer from.
    public var isReady: Bool { origin != .none }
}

/// The status of a client's ID lists.
public struct IDListStatus: Sendable, Equatable, Encodable {
    /// The number of lists, with those whose last download failed.
    public internal(set) var listCount = 0
    /// The number of IDs in all lists.
    public internal(set) var memberCount = 0
    /// The memory of all lists in bytes.
    public internal(set) var memoryByteCount = 0
    /// The time when all lists were last up to date, in ms since 1970; `nil` if they never were.
    public internal(set) var lastSuccess: Int64?
    /// The last failure, even if that list works again.
    public internal(set) var lastError: SyncError?
    /// The number of lists whose last download failed.
    ///
    /// The client still uses them as they were.
    public internal(set) var failingListCount = 0
    /// The names of those lists, the first ten in alphabetical order.
    public internal(set) var failingLists: [String] = []

    /// The maximum number of names in ``failingLists``.
    static let maximumFailingLists = 10
}

/// Encodes the status for a health endpoint: an object with the members of the type, without those that are `nil`.
///
/// `ageSeconds` and `nextAttemptSeconds` are in seconds. Times are in ms since 1970. Messages of problems name servers and
/// files of the service, but never a whole key.
extension ClientStatus: Encodable {
    private enum CodingKeys: String, CodingKey {
        case isReady, phase, origin, documentTime, receivedAt, ageSeconds, isStale, issueCount, usageProblemCount
        case problems, lastError
        case consecutiveFailures, attempts, nextAttemptSeconds, usesFallback, isPoller
        case eventDestination, idLists
    }

    /// Encodes the status.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` if the encoder fails.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(isReady, forKey: .isReady)
        try members.encode(phase, forKey: .phase)
        try members.encode(origin, forKey: .origin)
        try members.encodeIfPresent(documentTime, forKey: .documentTime)
        try members.encodeIfPresent(receivedAt, forKey: .receivedAt)
        try members.encodeIfPresent(age?.inSeconds, forKey: .ageSeconds)
        try members.encode(isStale, forKey: .isStale)
        try members.encode(issueCount, forKey: .issueCount)
        try members.encode(usageProblemCount, forKey: .usageProblemCount)
        try members.encode(problems, forKey: .problems)
        try members.encodeIfPresent(lastError, forKey: .lastError)
        try members.encode(consecutiveFailures, forKey: .consecutiveFailures)
        try members.encode(attempts, forKey: .attempts)
        try members.encodeIfPresent(nextAttempt?.inSeconds, forKey: .nextAttemptSeconds)
        try members.encode(usesFallback, forKey: .usesFallback)
        try members.encodeIfPresent(isPoller, forKey: .isPoller)
        try members.encodeIfPresent(eventDestination, forKey: .eventDestination)
        try members.encodeIfPresent(idLists, forKey: .idLists)
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { self / .seconds(1) }
}

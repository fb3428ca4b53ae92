// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The state of a client at a moment.
public struct ClientStatus: Sendable, Equatable {
    /// What a client is doing.
    public enum Phase: String, Sendable, Hashable, CaseIterable, Encodable {
        /// Nothing yet.
        case idle
        /// It looks for its first document.
        case starting
        /// It keeps its document fresh.
        case running
        /// It was shut down; it still answers from its last document.
        case stopped
    }

    /// What the client is doing.
    public internal(set) var phase = Phase.idle
    /// Where the document in use comes from.
    public internal(set) var origin = SpecOrigin.none
    /// When the project last changed according to the document: ms since 1970; `nil` without a document.
    public internal(set) var documentTime: UInt64?
    /// When the document was applied: ms since 1970; `nil` without a document.
    public internal(set) var receivedAt: Int64?
    /// The time since a source last confirmed that the document is the current one; `nil` without a document.
    ///
    /// It grows as long as downloads fail, whatever the time of day does.
    public internal(set) var age: Duration?
    /// Whether there is no document, or it is older than ``ClientOptions/staleAfter``.
    ///
    /// A client without a network and a storage has nobody to confirm its document, which is never stale then.
    public internal(set) var isStale = true
    /// The entities of the document that were dropped because they are malformed.
    public internal(set) var issueCount = 0
    /// What fails at the moment, at most one error for each part of the client's work; empty when all is well.
    public internal(set) var problems: [SyncError] = []
    /// The last thing that failed, even if it works again.
    public internal(set) var lastError: SyncError?
    /// The rounds of downloads that failed since the last one that didn't.
    public internal(set) var consecutiveFailures = 0
    /// How often the client has asked its sources since the start, retries included.
    public internal(set) var attempts = 0
    /// The time until the client asks again, `nil` when it doesn't, or is asking now.
    public internal(set) var nextAttempt: Duration?
    /// Whether the server that answered last is ``NetworkOptions/fallbackSpecsURL``, since the first one failed.
    public internal(set) var usesFallback = false
    /// Whether this process downloads for its fleet, `nil` when it doesn't share downloads.
    public internal(set) var isPoller: Bool?
    /// The state of the ID lists, `nil` when the client keeps none.
    public internal(set) var idLists: IDListStatus?

    /// Whether there is a document to answer from.
    public var isReady: Bool { origin != .none }
}

/// The state of a client's ID lists.
public struct IDListStatus: Sendable, Equatable, Encodable {
    /// How many lists there are, those that can't be renewed at the moment included.
    public internal(set) var listCount = 0
    /// How many ids the lists hold together.
    public internal(set) var memberCount = 0
    /// The memory that the lists take together, in bytes.
    public internal(set) var memoryByteCount = 0
    /// When all lists were last found up to date: ms since 1970; `nil` if they never were.
    public internal(set) var lastSuccess: Int64?
    /// The last thing that failed, even if it works again.
    public internal(set) var lastError: SyncError?
    /// How many lists couldn't be renewed the last time; they stay as they were.
    public internal(set) var failingListCount = 0
    /// The names of those lists, the first ten in alphabetical order.
    public internal(set) var failingLists: [String] = []

    /// How many names ``failingLists`` has at most.
    static let maximumFailingLists = 10
}

/// As an object for health endpoints, with the members of the type, what is `nil` left out.
///
/// Durations are in seconds, as `ageSeconds` and `nextAttemptSeconds`; times are in ms since 1970, as in the type.
/// Messages of problems name servers and files of the service, never a whole key.
extension ClientStatus: Encodable {
    private enum CodingKeys: String, CodingKey {
        case isReady, phase, origin, documentTime, receivedAt, ageSeconds, isStale, issueCount, problems, lastError
        case consecutiveFailures, attempts, nextAttemptSeconds, usesFallback, isPoller, idLists
    }

    /// Writes the state.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: `EncodingError` when the coder can't write it.
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
        try members.encode(problems, forKey: .problems)
        try members.encodeIfPresent(lastError, forKey: .lastError)
        try members.encode(consecutiveFailures, forKey: .consecutiveFailures)
        try members.encode(attempts, forKey: .attempts)
        try members.encodeIfPresent(nextAttempt?.inSeconds, forKey: .nextAttemptSeconds)
        try members.encode(usesFallback, forKey: .usesFallback)
        try members.encodeIfPresent(isPoller, forKey: .isPoller)
        try members.encodeIfPresent(idLists, forKey: .idLists)
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { self / .seconds(1) }
}

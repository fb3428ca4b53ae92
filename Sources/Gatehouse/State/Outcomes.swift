// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a client had when its start was over.
///
/// The client goes on trying whatever the outcome, and its getters answer.
public struct InitializationOutcome: Sendable, Equatable {
    /// Whether there is a document to answer from.
    public let isReady: Bool
    /// Where it comes from.
    public let origin: SpecOrigin
    /// When the project last changed according to the document: ms since 1970; `nil` without a document.
    public let documentTime: UInt64?
    /// The time since a source last confirmed the document, `nil` without a document.
    public let age: Duration?
    /// How long the start took.
    public let duration: Duration
    /// What failed, `nil` when nothing did; even a client that is ready may have failed to reach the network.
    public let error: SyncError?
}

/// As an object with the members of the type, what is `nil` left out.
///
/// Durations are in seconds, as `ageSeconds` and `durationSeconds`; times are in ms since 1970, as in the type.
extension InitializationOutcome: Encodable {
    private enum CodingKeys: String, CodingKey {
        case isReady, origin, documentTime, ageSeconds, durationSeconds, error
    }

    /// Writes the outcome.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: `EncodingError` when the coder can't write it.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(isReady, forKey: .isReady)
        try members.encode(origin, forKey: .origin)
        try members.encodeIfPresent(documentTime, forKey: .documentTime)
        try members.encodeIfPresent(age?.inSeconds, forKey: .ageSeconds)
        try members.encode(duration.inSeconds, forKey: .durationSeconds)
        try members.encodeIfPresent(error, forKey: .error)
    }
}

/// How a client came to its end.
public struct ShutdownOutcome: Sendable, Equatable {
    /// Whether all work in the background ended in time.
    public let isComplete: Bool
    /// How many events weren't delivered: lost, or in the spool if there is one.
    public let undeliveredEvents: Int
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The result of a client's start.
///
/// Whatever it is, the client goes on in the background, and its getters answer.
public struct InitializationOutcome: Sendable, Equatable {
    /// Whether there is a document to answer from.
    public let isReady: Bool
    /// The source of the document.
    public let origin: DocumentOrigin
    /// The time of the last change of the project according to the document, in ms since 1970; `nil` without a document.
    public let documentTime: UInt64?
    /// The time since a source last confirmed the document, `nil` without a document.
    public let age: Duration?
    /// The duration of the start.
    public let duration: Duration
    /// The failure, `nil` if there was none.
    ///
    /// A client that is ready can have one, for example if it has no network.
    public let error: SyncError?
}

/// Encodes the outcome as an object with the members of the type, without those that are `nil`.
///
/// `ageSeconds` and `durationSeconds` are in seconds. Times are in ms since 1970.
extension InitializationOutcome: Encodable {
    private enum CodingKeys: String, CodingKey {
        case isReady, origin, documentTime, ageSeconds, durationSeconds, error
    }

    /// Encodes the outcome.
    ///
    /// - Parameter encoder: The encoder.
    /// - Throws: `EncodingError` if the encoder fails.
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

/// The result of a client's shutdown.
public struct ShutdownOutcome: Sendable, Equatable {
    /// Whether all background tasks ended in time.
    public let isComplete: Bool
    /// The number of events that weren't delivered.
    ///
    /// They are in the spool if there is one, and lost otherwise.
    public let undeliveredEvents: Int
}

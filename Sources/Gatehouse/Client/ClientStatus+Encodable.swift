// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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

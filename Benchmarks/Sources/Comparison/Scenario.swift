// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What is timed.
enum Scenario: String, Decodable {
    /// `checkGate` for each gate, one user.
    case gates
    /// `dynamicConfig`, `experiment` or `layer` for each name, one user; the value stays where it is.
    case results
    /// The same, and the whole value as an `Object`.
    case values
    /// Every result with its secondary exposures, one user.
    case everything
    /// The client-initialize response, one user.
    case clientResponse
    /// A user with an ID alone, made anew for each call of `checkGate`.
    case freshUser
    /// The same with nine fields.
    case freshFullUser
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// One line of standard input; which members matter depends on the command.
struct Request: Decodable {
    enum Command: String, Decodable {
        /// Load a document and make the context of all evaluations.
        case open
        /// Evaluate everything for one user and tell the results.
        case answers
        /// Run a scenario for some time.
        case time
    }

    let command: Command

    // open
    var document: String?
    var idLists: String?
    var environment: String?
    /// A JSON object, as text.
    var globalCustomFields: String?

    // answers, time
    /// A user in the wire format, as text.
    var user: String?
    var names: Names?

    // time
    var scenario: Scenario?
    var seconds: Double?
    /// For users that were never seen: the number that the first one's ID is made of.
    var firstID: UInt64?
    /// For users that were never seen: how many, instead of a time.
    var idCount: Int?
}

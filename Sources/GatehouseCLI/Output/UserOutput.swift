// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Writes what the entries that were asked for are for one user after the other.
protocol UserOutput {
    /// Comes before the first user.
    mutating func begin(_ output: inout ByteOutput) throws(CommandFailure)
    /// Evaluates and writes the entries for a user.
    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure)
    /// Comes behind the last user.
    mutating func end(_ output: inout ByteOutput) throws(CommandFailure)
}

extension UserOutput {
    mutating func begin(_ output: inout ByteOutput) throws(CommandFailure) {}
    mutating func end(_ output: inout ByteOutput) throws(CommandFailure) {}
}

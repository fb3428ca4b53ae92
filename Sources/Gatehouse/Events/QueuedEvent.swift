// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// What happened, as cheaply as it can be kept until it is written as JSON.
enum QueuedEvent: Sendable {
    case exposure(Exposure)
    indirect case secondary(SecondaryEvent)
    indirect case custom(CustomEvent)
    /// How often entities were asked for without exposure, by name.
    indirect case nonExposedChecks([String: Int], time: Int64)
}

/// An event of the program's own.
struct CustomEvent: Sendable {
    var name: String
    var value: Value
    var metadata: Object?
    var user: User
    var snapshot: Snapshot
    /// ms since 1970.
    var time: Int64
}

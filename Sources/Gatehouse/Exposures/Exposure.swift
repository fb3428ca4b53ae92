// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An exposure before it is written as an event: what a user was shown, and when.
///
/// Its owner, an ``EventChunk``, also holds the evaluation and the snapshot. An object for both would cost an allocation, and
/// the thread that writes the event would count references that evaluating threads use.
struct Exposure: Sendable {
    /// The kind of the entity.
    enum Kind: Sendable {
        case gate, dynamicConfig, experiment
        /// A parameter of a layer.
        case layer(parameter: String)
    }

    /// How the program asked.
    ///
    /// The reference logs each way a little differently.
    enum Way: Sendable {
        case getter
        /// A parameter store read the entity.
        case store
        /// The program logged the result by hand.
        case manual
    }

    /// The result of sampling.
    struct Sampling: Sendable {
        var rate: UInt64?
        var mode: ExposureSettings.SamplingMode
        var isSampled: Bool
    }

    let kind: Kind
    let name: String
    let way: Way
    let user: User
    unowned(unsafe) let snapshot: Snapshot
    /// The time of the sticky assignment that decided, in ms since 1970; `nil` if none did.
    let persistedTime: Int64?
    /// ms since 1970.
    let time: Int64
    let sampling: Sampling?
    /// Whether its secondary exposures are logged as exposures of their own.
    let leavesOutSecondary: Bool
}

/// A secondary exposure that is logged as an exposure of its own (Evaluation §23.5).
struct SecondaryEvent: Sendable {
    var exposure: SecondaryExposure
    var user: User
    var snapshot: Snapshot
    /// ms since 1970.
    var time: Int64
    var sampling: Exposure.Sampling?
}

/// An event in the queue.
///
/// It is written as JSON later, on another thread.
enum QueuedEvent: Sendable {
    case exposure(Exposure)
    indirect case secondary(SecondaryEvent)
    indirect case custom(CustomEvent)
    /// The number of answers without exposure, by name.
    indirect case nonExposedChecks([String: Int], time: Int64)
}

/// An event of the program.
struct CustomEvent: Sendable {
    var name: String
    var value: Value
    var metadata: Object?
    var user: User
    var snapshot: Snapshot
    /// ms since 1970.
    var time: Int64
}

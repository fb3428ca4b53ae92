// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// That somebody was shown something: what an event is made of.
///
/// Who keeps it has to keep its evaluation and its snapshot too: an object of its own would be an allocation, and the thread
/// that writes it down would count references to what others are using.
struct Exposure: Sendable {
    /// What was asked for.
    enum Kind: Sendable {
        case gate, dynamicConfig, experiment
        /// A parameter of a layer.
        case layer(parameter: String)
    }

    /// By which way it came, since the reference logs them a little differently.
    enum Way: Sendable {
        case getter
        /// A parameter store asked.
        case store
        /// The program logs it by itself.
        case manual
    }

    /// How it was sampled.
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
    /// When the assignment was made that storage kept, in ms since 1970, for evaluations that it decided.
    let persistedTime: Int64?
    /// ms since 1970.
    let time: Int64
    let sampling: Sampling?
    /// Whether its secondary exposures are logged by themselves.
    let leavesOutSecondary: Bool
}

/// A secondary exposure that is logged by itself (Evaluation §23.5).
struct SecondaryEvent: Sendable {
    var exposure: SecondaryExposure
    var user: User
    var snapshot: Snapshot
    /// ms since 1970.
    var time: Int64
    var sampling: Exposure.Sampling?
}

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

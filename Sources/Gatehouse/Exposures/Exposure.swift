// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// That somebody was shown something: what an event is made of.
///
/// It retains what the evaluation retains anyway, each thread its own. An object, since it is too large to be moved about.
final class Exposure: Sendable {
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
    let evaluation: Evaluation
    let user: User
    let snapshot: Snapshot
    /// When the assignment was made that storage kept, in ms since 1970, for evaluations that it decided.
    let persistedTime: Int64?
    /// ms since 1970.
    let time: Int64
    let sampling: Sampling?

    init(
        _ kind: Kind, _ name: String, _ evaluation: consuming Evaluation, way: Way, user: User,
        snapshot: Snapshot, persistedTime: Int64?, time: Int64, sampling: Sampling?
    ) {
        self.kind = kind
        self.name = name
        self.way = way
        self.evaluation = evaluation
        self.user = user
        self.snapshot = snapshot
        self.persistedTime = persistedTime
        self.time = time
        self.sampling = sampling
    }
}

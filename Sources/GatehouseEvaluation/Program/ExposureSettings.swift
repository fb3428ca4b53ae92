// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A project's settings for logging exposures (Evaluation §23), from its `sdk_configs`.
package struct ExposureSettings: Sendable, Equatable {
    /// How exposures are sampled.
    package enum SamplingMode: String, Sendable {
        /// Exposures outside of the sample are dropped.
        case on
        /// All exposures are logged, and each says whether it would have been dropped.
        case shadow
    }

    /// `nil` logs all exposures, without saying more.
    package var samplingMode: SamplingMode?
    /// The rate of exposures that no rule of the project decided.
    package var specialCaseSamplingRate: UInt64?
    /// The time in ms after which an exposure is logged again.
    package var dedupeTTL: Int64 = 60_000
    /// The time in ms after which the first exposure of a rule counts as first again.
    package var firstTimeTTL: Int64 = 60_000

    /// How many of 1,000 participating clients log secondary exposures as exposures of their own.
    package var secondaryShare: UInt64 = 0

    package init() {}

    /// Reads the known members; members of another type are ignored.
    package init(_ configs: Object) {
        samplingMode = configs["sampling_mode"]?.string.flatMap(SamplingMode.init)
        specialCaseSamplingRate = ExposureSettings.whole(configs["special_case_sampling_rate"])
        if let share = configs["sec_expo_number"]?.double, share.isFinite {
            secondaryShare = UInt64(min(max(share, 0), 1_000))
        }
        if let ttl = ExposureSettings.whole(configs["exposure_dedupe_ttl_ms"]) { dedupeTTL = Int64(clamping: ttl) }
        if let ttl = ExposureSettings.whole(configs["exposure_spec_sampling_ttl_ms"]) {
            firstTimeTTL = Int64(clamping: ttl)
        }
    }

    /// The bucket below 1,000 of a client's ID, which ``secondaryShare`` is compared with.
    package static func secondaryBucket(_ id: String) -> UInt64 {
        id.withTextBytes { SHA256.prefix64($0.bytes.span) % 1_000 }
    }

    private static func whole(_ value: Value?) -> UInt64? {
        value?.double.flatMap { $0 >= 0 ? UInt64(exactly: $0.rounded(.down)) : nil }
    }
}

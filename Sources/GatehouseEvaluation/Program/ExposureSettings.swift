// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a project wants exposures to be logged (Evaluation §23): from its `sdk_configs`.
package struct ExposureSettings: Sendable, Equatable {
    /// Whether exposures are left out.
    package enum SamplingMode: String, Sendable {
        /// Those that aren't sampled are.
        case on
        /// None are, but each tells whether it would have been.
        case shadow
    }

    /// `nil` to log everything and tell nothing.
    package var samplingMode: SamplingMode?
    /// The rate of exposures that no rule of the project decided.
    package var specialCaseSamplingRate: UInt64?
    /// After how many ms exposures are forgotten, and logged anew.
    package var dedupeTTL: Int64 = 60_000
    /// After how many ms it is forgotten which rules have been logged.
    package var firstTimeTTL: Int64 = 60_000

    /// How many of a thousand clients that take part in it log secondary exposures as exposures of their own.
    package var secondaryShare: UInt64 = 0

    package init() {}

    /// Reads the members that count; those of another kind are ignored.
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

    /// Where in a thousand the clients of an ID are, for ``secondaryShare``.
    package static func secondaryBucket(_ id: String) -> UInt64 {
        id.withTextBytes { SHA256.prefix64($0.bytes, UnsafeBufferPointer(start: nil, count: 0)) % 1_000 }
    }

    private static func whole(_ value: Value?) -> UInt64? {
        value?.double.flatMap { $0 >= 0 ? UInt64(exactly: $0.rounded(.down)) : nil }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What an evaluation has found so far (Evaluation §5.1): texts point into the ruleset.
package struct Record: BitwiseCopyable {
    /// Why a result isn't what the rules say.
    package enum OverrideReason: UInt8, BitwiseCopyable {
        case none, localOverride, countryLookupNotLoaded
    }

    /// Which exposures a layer's parameters log that its experiment doesn't own.
    package enum Undelegated: UInt8, BitwiseCopyable {
        /// Not decided yet: none.
        case unset
        /// Those up to ``Record/undelegatedEnd``, before the delegate was asked.
        case leading
        /// Those that aren't marked as a delegate's.
        case unmarked
        case all
    }

    // Ordered to be small, since every result is copied with one: the Booleans fill gaps.
    /// Where the value is, in the ruleset or in the evaluation's own region.
    var returnsPlace: UnsafePointer<ReturnRow>?
    package var idType = Text.missing
    package var ruleID = Text.missing
    package var groupName = Text.missing
    package var delegate = Text.missing
    package var overrideConfigName = Text.missing
    package var explicitParameters: TextList?
    package var bool = false
    package var isUnsupported = false
    /// Whether the rule's ID gets ``exploreSuffix``.
    package var explores = false
    package var isExperimentGroup = false
    package var isExperimentActive = false
    package var isInLayer = false
    package var hasSeenAnalyticalGates = false
    /// The rules that a layer's parameters come from, in the order of the value's members.
    package var parameterRuleIDs: TextList?
    package var overrideReason = OverrideReason.none
    package var undelegated = Undelegated.unset
    package var forwardsAllExposures: Bool?
    package var samplingRate: UInt64?
    package var version: UInt32?
    package var undelegatedEnd: Int32 = 0
    /// Where the record's exposures start in the evaluator's list, which ``Limits/secondaryExposures`` keeps short.
    var firstExposure: Int32

    @inline(__always)
    init(firstExposure: Int) {
        self.firstExposure = Int32(truncatingIfNeeded: firstExposure)
    }

    /// The value, `nil` where there is none.
    package var returns: ReturnRow? { returnsPlace?.pointee }

    /// Whether a layer's parameters log a secondary exposure although no experiment owns them.
    ///
    /// - Parameters:
    ///   - exposure: The secondary exposure.
    ///   - index: Its index among those of the evaluation.
    @inline(__always)
    func isUndelegated(_ exposure: ExposureRow, at index: Int) -> Bool {
        switch undelegated {
        case .unset: false
        case .all: true
        case .leading: index < Int(undelegatedEnd)
        case .unmarked: !exposure.isDelegated
        }
    }

    /// What the ID of a rule ends with when an autotune has chosen the group to learn about it.
    static var exploreSuffix: StaticString { ":explore" }

    /// The rule's ID with ``exploreSuffix`` where that belongs to it.
    var ruleIDText: String { explores ? ruleID.string + Record.exploreSuffix.description : ruleID.string }

    /// Forgets everything but where the exposures start, as a config mapping does (Evaluation §11).
    mutating func reset() {
        self = Record(firstExposure: Int(firstExposure))
    }
}

/// Whether an evaluation came to a result.
package enum Recognition: UInt8, BitwiseCopyable {
    case recognized
    /// There is nothing by that name.
    case unrecognized
    /// Gates, delegates or mappings nest deeper than ``Limits`` allow, for example in a circle.
    case tooDeep
}

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

    package var bool = false
    package var isUnsupported = false
    package var returns: ReturnRow?
    package var idType = Text.missing
    package var version: UInt32?
    package var ruleID = Text.missing
    /// The rule id gets the suffix `explore`.
    package var explores = false
    package var groupName = Text.missing
    package var isExperimentGroup = false
    package var isExperimentActive = false
    package var isInLayer = false
    package var explicitParameters: TextList?
    package var delegate = Text.missing
    /// The rules that a layer's parameters come from, in the order of the value's members.
    package var parameterRuleIDs: TextList?
    package var overrideReason = OverrideReason.none
    package var overrideConfigName = Text.missing
    package var samplingRate: UInt64?
    package var forwardsAllExposures: Bool?
    package var hasSeenAnalyticalGates = false
    package var undelegated = Undelegated.unset
    package var undelegatedEnd = 0
    /// Where the record's exposures start in the evaluator's list.
    var firstExposure: Int

    init(firstExposure: Int) {
        self.firstExposure = firstExposure
    }

    /// Forgets everything but where the exposures start, as a config mapping does (Evaluation §11).
    mutating func reset() {
        self = Record(firstExposure: firstExposure)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The state and result of an evaluation (Evaluation §5.1), with texts that point into the ruleset.
package struct Record: BitwiseCopyable {
    /// The reason why something other than the rules decided.
    package enum OverrideReason: UInt8, BitwiseCopyable {
        case none, localOverride, countryLookupNotLoaded
    }

    /// The secondary exposures that are logged with those of a layer's parameters that its experiment doesn't own.
    package enum Undelegated: UInt8, BitwiseCopyable {
        /// None: no layer has decided yet.
        case unset
        /// Those before ``Record/undelegatedEnd``: they precede the delegate's evaluation.
        case leading
        /// Those that aren't marked as delegated.
        case unmarked
        case all
    }

    // Ordered to be small, because each result copies its record: the Booleans fill gaps.
    /// The address of the value, in the ruleset or in the evaluation's own region.
    var returnsPointer: UnsafePointer<ReturnRow>?
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
    /// The index of the record's first secondary exposure in the evaluator's list of at most ``Limits/secondaryExposures``.
    var firstExposure: Int32

    @inline(__always)
    init(firstExposure: Int) {
        self.firstExposure = Int32(truncatingIfNeeded: firstExposure)
    }

    /// The value, `nil` where there is none.
    package var returns: ReturnRow? { returnsPointer?.pointee }

    /// Whether a layer's parameters log a secondary exposure although no experiment owns them.
    ///
    /// - Parameters:
    ///   - exposure: The secondary exposure.
    ///   - index: Its index among those of the evaluation.
    /// - Returns: `false` for evaluations that aren't of a layer and for delegated exposures.
    @inline(__always)
    package func isUndelegated(_ exposure: SecondaryExposureRow, at index: Int) -> Bool {
        switch undelegated {
        case .unset: false
        case .all: true
        case .leading: index < Int(undelegatedEnd)
        case .unmarked: !exposure.isDelegated
        }
    }

    /// What the ID of a rule ends with when an autotune has chosen the group to learn about it.
    static var exploreSuffix: StaticString { ":explore" }

    /// A hash of ``ruleIDText``, without making that.
    @inline(__always)
    package var ruleHash: UInt64 { ruleHash(of: ruleID) }

    /// The same for another rule.
    @inline(__always)
    package func ruleHash(of ruleID: Text) -> UInt64 { XXH3.hash(ruleID) &+ (explores ? 1 : 0) }

    /// The rule's ID with ``exploreSuffix`` where that belongs to it.
    var ruleIDText: String { explores ? ruleID.string + Record.exploreSuffix.description : ruleID.string }

    /// Clears everything except ``firstExposure``, as a config mapping does (Evaluation §11).
    mutating func reset() {
        self = Record(firstExposure: Int(firstExposure))
    }
}

/// Whether an evaluation had a result.
package enum Recognition: UInt8, BitwiseCopyable {
    case recognized
    /// No entity has that name.
    case unrecognized
    /// Gates, delegates or mappings nest deeper than ``Limits`` allow, for example in a circle.
    case tooDeep
}

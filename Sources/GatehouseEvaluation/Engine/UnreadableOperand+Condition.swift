// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension ConditionRow {
    /// Why the condition's operator can't read a value or the target (Evaluation §7); none where it reads both.
    ///
    /// Only explanations call this: an operator itself answers `false` at the first operand that it can't read.
    func unreadableOperands(of value: ValueView) -> [Explanation.UnreadableOperand] {
        let target = target.pointee
        var reasons: [Explanation.UnreadableOperand] = []
        func check(_ isReadable: Bool, _ reason: Explanation.UnreadableOperand) {
            if !isReadable { reasons.append(reason) }
        }
        func checkValue(_ isReadable: Bool, _ reason: Explanation.UnreadableOperand) {
            if value.isAbsent {
                check(kind == .unitID, .valueMissing)
            } else {
                check(isReadable, reason)
            }
        }
        switch kind {
        case .public, .passGate, .failGate, .unsupported: return []
        case .unitID: check(!value.isAbsent, .unitMissing)
        default: break
        }
        switch comparison {
        case .gt, .gte, .lt, .lte:
            checkValue(value.float != nil, .valueNotNumber)
            check(target.hasFloat, .targetNotNumber)
        case .before, .after, .on:
            let isLong = value.kind == .string && TimestampText.targetSide(value.text.bytes) != nil
            checkValue(value.timestamp != nil, isLong ? .valueTimeTooLong : .valueNotTime)
            check(target.hasTime, .targetNotTime)
        case .versionGt, .versionGte, .versionLt, .versionLte, .versionEq, .versionNeq:
            let sides = VersionComparison.unreadableSides(value.text, target.version)
            checkValue(!value.text.isMissing && !sides.left, .valueNotVersion)
            check(!target.text.isMissing && !sides.right, .targetNotVersion)
        case .arrayContainsAny, .arrayContainsNone, .arrayContainsAll, .notArrayContainsAll:
            checkValue(value.kind == .array, .valueNotArray)
            check(target.kind == .array, .targetNotList)
        case .matches:
            checkValue(!value.text.isMissing, .valueNotText)
            check(target.pattern != nil, .targetNotPattern)
        case .inSegmentList, .notInSegmentList:
            checkValue(!value.text.isMissing, .valueNotText)
            check(!target.text.isMissing, .targetNotName)
        case .anyOf, .noneOf:
            check(value.kind != .object, .valueNotText)
            check(target.kind == .array || target.kind == .object, .targetNotList)
        case .anyCaseSensitive, .noneCaseSensitive, .startsWithAny, .endsWithAny, .containsAny, .containsNone:
            check(value.kind != .object, .valueNotText)
            check(target.kind == .array, .targetNotList)
        case .eq, .neq, .unused: break
        }
        return reasons
    }
}

extension ValueView {
    /// Whether there is no value, or null.
    fileprivate var isAbsent: Bool { kind == .none || kind == .null }
}

extension TargetRow {
    /// The number of buckets in a set of buckets, `nil` for other targets.
    var bucketCount: Int? {
        guard let buckets else { return nil }
        return (0..<16).reduce(0) { $0 + buckets[$1].nonzeroBitCount }
    }
}

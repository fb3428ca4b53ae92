// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Evaluator {
    /// The verdict of an operator on a value and a target (Evaluation §7).
    @inline(__always)
    mutating func verdict(
        _ value: ValueView, _ comparison: ConditionOperator, _ target: UnsafePointer<TargetRow>
    ) -> Bool {
        switch comparison {
        case .anyOf: isAny(value.text, target)
        case .noneOf: !isAny(value.text, target)
        case .anyCaseSensitive: isAnyCaseSensitive(value.text, target)
        case .noneCaseSensitive: !isAnyCaseSensitive(value.text, target)
        case .gt, .gte, .lt, .lte: NumericComparison.verdict(value, comparison, target)
        default: uncommonVerdict(value, comparison, target)
        }
    }

    @inline(never)
    private mutating func uncommonVerdict(
        _ value: ValueView, _ comparison: ConditionOperator, _ target: UnsafePointer<TargetRow>
    ) -> Bool {
        switch comparison {
        case .versionGt, .versionGte, .versionLt, .versionLte, .versionEq, .versionNeq:
            VersionComparison.verdict(value.text, comparison, target)
        case .startsWithAny, .endsWithAny, .containsAny:
            StringMatch.verdict(withLowercased: value.text, comparison, target, scratch)
        case .containsNone:
            !StringMatch.verdict(withLowercased: value.text, .containsAny, target, scratch)
        case .matches:
            !value.text.isMissing && target.pointee.pattern?.matches(value.text.bytes) ?? false
        case .before, .after, .on: TimeComparison.verdict(value, comparison, target)
        case .eq: Equality.verdict(value, target)
        case .neq: !Equality.verdict(value, target)
        case .inSegmentList: isInIDList(value.text, target)
        case .notInSegmentList: !isInIDList(value.text, target)
        default: ArrayComparison.verdict(value, comparison, target)
        }
    }

    /// `any`: an array's text, or an object's member name, equals the value but for case (Evaluation §7.3).
    @inline(__always)
    private func isAny(_ text: Text, _ target: UnsafePointer<TargetRow>) -> Bool {
        let set = target.pointee.set
        if set.isEmpty { return false }
        if text.count <= scratch.count, Lowercase.ascii(text.bytes, into: scratch), let base = scratch.baseAddress {
            return set.contains(Text(base: base, count: text.count))
        }
        return StringMatch.withLowercased(text, scratch) { set.contains($0) }
    }

    @inline(__always)
    private func isAnyCaseSensitive(_ text: Text, _ target: UnsafePointer<TargetRow>) -> Bool {
        target.pointee.set.contains(text)
    }

    /// Whether the value's hash is in the named ID list (Evaluation §13).
    private mutating func isInIDList(_ text: Text, _ target: UnsafePointer<TargetRow>) -> Bool {
        let name = target.pointee.text
        guard !name.isMissing, !text.isMissing else { return false }
        consultedIDList = true
        guard let list = context.idLists.list(named: name) else {
            observer.lacksOperand(.idListMissing)
            return false
        }
        return list.contains(IDHash(hashing: text.bytes.span))
    }
}

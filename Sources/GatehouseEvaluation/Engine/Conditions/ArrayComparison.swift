// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// `array_contains_any` and its relatives (Evaluation §7.7).
enum ArrayComparison {
    static func verdict(
        _ value: ValueView, _ comparison: ConditionOperator, _ target: UnsafePointer<TargetRow>
    ) -> Bool {
        guard target.pointee.kind == .array, value.kind == .array else { return false }
        // Only the target's texts are distinct, so each counts once, however often the value has it.
        let found = foundCount(value, target)
        return switch comparison {
        case .arrayContainsAny: found > 0
        case .arrayContainsNone: found == 0
        case .arrayContainsAll: found == target.pointee.texts.count
        case .notArrayContainsAll: found != target.pointee.texts.count
        default: false
        }
    }

    /// How many of the target's texts occur among the value's elements.
    private static func foundCount(_ value: ValueView, _ target: UnsafePointer<TargetRow>) -> Int {
        let set = target.pointee.set
        let texts = set.texts
        guard texts.count > TargetRow.maximumScannedTexts || value.childCount > TargetRow.maximumScannedTexts else {
            return texts.reduce(0) { $0 + (contains(value, $1) ? 1 : 0) }
        }
        return withUnsafeTemporaryAllocation(of: Bool.self, capacity: max(texts.count, 1)) { seen in
            seen.initialize(repeating: false)
            var count = 0
            for index in 0..<value.childCount {
                let text = value.child(index).text
                if text.isMissing { continue }
                let position = set.index(of: text)
                if position >= 0, !seen[position] {
                    seen[position] = true
                    count += 1
                }
            }
            return count
        }
    }

    private static func contains(_ value: ValueView, _ text: Text) -> Bool {
        for index in 0..<value.childCount {
            let element = value.child(index).text
            if !element.isMissing, element == text { return true }
        }
        return false
    }
}

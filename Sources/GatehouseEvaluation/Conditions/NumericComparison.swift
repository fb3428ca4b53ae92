// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// `gt`, `gte`, `lt`, `lte` (Evaluation §7.1).
enum NumericComparison {
    @inline(__always)
    static func verdict(
        _ value: ValueView, _ comparison: ConditionOperator, _ target: UnsafePointer<TargetRow>
    ) -> Bool {
        guard target.pointee.hasFloat, let left = value.float else { return false }
        let right = target.pointee.float
        return switch comparison {
        case .gt: left > right
        case .gte: left >= right
        case .lt: left < right
        default: left <= right
        }
    }
}

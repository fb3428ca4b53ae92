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

/// `before`, `after`, `on` (Evaluation §7.4).
enum TimeComparison {
    private static let millisecondsPerDay: Int64 = 86_400_000

    static func verdict(
        _ value: ValueView, _ comparison: ConditionOperator, _ target: UnsafePointer<TargetRow>
    ) -> Bool {
        guard target.pointee.hasTime, let time = value.timestamp else { return false }
        let left = milliseconds(time)
        let right = target.pointee.time
        return switch comparison {
        case .before: left < right
        case .after: left > right
        default: left / millisecondsPerDay == right / millisecondsPerDay
        }
    }

    /// Times below ten billion are seconds.
    private static func milliseconds(_ time: Int64) -> Int64 {
        guard time.magnitude < 10_000_000_000 else { return time }
        return time * 1_000
    }
}

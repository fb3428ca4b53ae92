// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a condition compares (Evaluation §7).
package enum ConditionOperator: UInt8, BitwiseCopyable {
    case gt, gte, lt, lte
    case versionGt, versionGte, versionLt, versionLte, versionEq, versionNeq
    case anyOf, noneOf, anyCaseSensitive, noneCaseSensitive
    case startsWithAny, endsWithAny, containsAny, containsNone
    case matches
    case before, after, on
    case eq, neq
    case inSegmentList, notInSegmentList
    case arrayContainsAny, arrayContainsNone, arrayContainsAll, notArrayContainsAll
    /// For condition types that compare nothing.
    case unused
}

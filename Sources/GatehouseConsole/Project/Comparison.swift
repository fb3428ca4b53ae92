// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How a condition compares, by its name in the Console API.
enum Comparison: String, CaseIterable, Sendable {
    case any, none
    case anyCaseSensitive = "any_case_sensitive"
    case noneCaseSensitive = "none_case_sensitive"
    case containsAny = "str_contains_any"
    case containsNone = "str_contains_none"
    case startsWithAny = "str_starts_with_any"
    case endsWithAny = "str_ends_with_any"
    case matches = "str_matches"
    case regex
    case gt, gte, lt, lte
    case versionGT = "version_gt"
    case versionGTE = "version_gte"
    case versionLT = "version_lt"
    case versionLTE = "version_lte"
    case versionEQ = "version_eq"
    case versionNEQ = "version_neq"
    case before, after, on
    case isNull = "is_null"
    case isNotNull = "is_not_null"
    case arrayContainsAny = "array_contains_any"
    case arrayContainsNone = "array_contains_none"
    case arrayContainsAll = "array_contains_all"
    case notArrayContainsAll = "not_array_contains_all"

    static let lists: [Comparison] = [
        .any, .none, .anyCaseSensitive, .noneCaseSensitive, .containsAny, .containsNone, .startsWithAny, .endsWithAny,
    ]
    static let texts: [Comparison] = [.matches, .regex]
    static let versions: [Comparison] = [.versionGT, .versionGTE, .versionLT, .versionLTE, .versionEQ, .versionNEQ]
    static let times: [Comparison] = [.before, .after, .on]
    static let nulls: [Comparison] = [.isNull, .isNotNull]

    /// What it compares with.
    enum Target { case list, text, number, time, nothing }

    var target: Target {
        switch self {
        case .any, .none, .anyCaseSensitive, .noneCaseSensitive, .containsAny, .containsNone, .startsWithAny,
            .endsWithAny, .arrayContainsAny, .arrayContainsNone, .arrayContainsAll, .notArrayContainsAll:
            .list
        case .matches, .regex, .versionGT, .versionGTE, .versionLT, .versionLTE, .versionEQ, .versionNEQ: .text
        case .gt, .gte, .lt, .lte: .number
        case .before, .after, .on: .time
        case .isNull, .isNotNull: .nothing
        }
    }

    /// Its name in documents.
    var wire: String {
        switch self {
        case .isNull: "eq"
        case .isNotNull: "neq"
        case .regex: "str_matches"
        default: rawValue
        }
    }
}

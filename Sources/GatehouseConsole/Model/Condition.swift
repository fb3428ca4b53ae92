// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The type of a condition, by its name in the Console API.
enum ConditionType: String, CaseIterable, Sendable {
    case everyone = "public"
    case userID = "user_id"
    case email
    case ipAddress = "ip_address"
    case locale
    case appVersion = "app_version"
    case deviceModel = "device_model"
    case customField = "custom_field"
    case country
    case browserName = "browser_name"
    case browserVersion = "browser_version"
    case osName = "os_name"
    case osVersion = "os_version"
    case environmentTier = "environment_tier"
    case time
    case unitID = "unit_id"
    case passesGate = "passes_gate"
    case failsGate = "fails_gate"
    case passesSegment = "passes_segment"
    case failsSegment = "fails_segment"
    case targetApp = "target_app"

    /// The type and the field in documents; `nil` for a field that the condition names itself, or none.
    var documentForm: (type: String, field: String?) {
        switch self {
        case .everyone: ("public", nil)
        case .userID: ("user_field", "userID")
        case .email: ("user_field", "email")
        case .ipAddress: ("user_field", "ip")
        case .locale: ("user_field", "locale")
        case .appVersion: ("user_field", "appVersion")
        case .deviceModel: ("user_field", "device_model")
        case .customField: ("user_field", nil)
        case .country: ("ip_based", "country")
        case .browserName, .browserVersion, .osName, .osVersion: ("ua_based", rawValue)
        case .environmentTier: ("environment_field", "tier")
        case .time: ("current_time", nil)
        case .unitID: ("unit_id", nil)
        case .passesGate, .passesSegment: ("pass_gate", nil)
        case .failsGate, .failsSegment: ("fail_gate", nil)
        case .targetApp: ("target_app", nil)
        }
    }

    /// Whether the target is a gate or segment.
    var isReference: Bool { asksGate || asksSegment }
    var asksGate: Bool { self == .passesGate || self == .failsGate }
    var asksSegment: Bool { self == .passesSegment || self == .failsSegment }

    /// The operators that conditions of the type may have; none for types that compare nothing.
    var comparisons: [Comparison] {
        switch self {
        case .everyone, .passesGate, .failsGate, .passesSegment, .failsSegment: []
        case .userID, .email, .locale, .deviceModel, .ipAddress, .browserName, .osName, .unitID:
            Comparison.lists + Comparison.texts + Comparison.nulls
        case .appVersion, .browserVersion, .osVersion:
            Comparison.lists + Comparison.texts + Comparison.nulls + Comparison.versions
        case .customField: Comparison.allCases
        case .country: Comparison.lists + Comparison.nulls
        case .environmentTier, .targetApp: [.any, .none]
        case .time: Comparison.times
        }
    }

    /// The types that conditions of segments may have.
    static let ofSegments: Set<ConditionType> = Set(allCases).subtracting([
        .failsGate, .passesGate, .locale, .everyone, .time, .deviceModel, .targetApp,
    ])
}

/// A condition of a rule.
struct Condition: Record {
    struct Members: Sendable {
        let type = Member<String>("type", default: "")
        /// A ``Comparison``, empty for none.
        let comparison = Member<String>("operator", default: "")
        let target = Member<Value>("targetValue", default: .null)
        let field = Member<String>("field", default: "")
        let customID = Member<String>("customID", default: "")
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }

    /// The targets as texts, whether one or many were given.
    var texts: [String] {
        let target = self.target
        return (target.array ?? (target == .null ? [] : [target])).map { $0.string ?? JSON.text($0) }
    }

    /// The targets as numbers; those that aren't any are left out.
    var numbers: [Double] {
        let target = self.target
        return (target.array ?? [target]).compactMap { $0.double ?? $0.string.flatMap { Double($0) } }.filter(
            \.isFinite)
    }
}

/// The operator of a condition, by its name in the Console API.
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
    static let times: [Comparison] = [.before, .after, .on, .any, .none, .lt, .gt]
    static let nulls: [Comparison] = [.isNull, .isNotNull]

    /// The kind of value that it compares with.
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
    var documentName: String {
        switch self {
        case .isNull: "eq"
        case .isNotNull: "neq"
        case .regex: "str_matches"
        default: rawValue
        }
    }
}

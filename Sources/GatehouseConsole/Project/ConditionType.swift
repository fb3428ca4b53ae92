// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a condition looks at, by its name in the Console API.
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
    var wire: (type: String, field: String?) {
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

    /// The comparisons it may have; none where there is nothing to compare.
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

    /// What segments may look at.
    static let ofSegments: Set<ConditionType> = Set(allCases).subtracting([
        .failsGate, .passesGate, .locale, .everyone, .time, .deviceModel, .targetApp,
    ])
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A condition of a ``TestRule``.
public struct TestCondition: Sendable {
    let type: String
    let field: String?
    let comparison: TestComparison?
    let target: Value
    let idType: String
    let salt: String?

    /// Makes any condition, with the names of the document.
    ///
    /// - Parameters:
    ///   - type: The type of condition, for example `user_field`.
    ///   - field: The field whose value is compared.
    ///   - comparison: The comparison, `nil` for a condition without one.
    ///   - target: The target of a condition without comparison, for example a gate's name.
    ///   - idType: The ID type of the unit that is compared.
    ///   - salt: The salt of a bucket.
    public init(
        type: String, field: String? = nil, _ comparison: TestComparison? = nil, target: Value = .null,
        idType: String = "userID", salt: String? = nil
    ) {
        self.type = type
        self.field = field
        self.comparison = comparison
        self.target = comparison?.target ?? target
        self.idType = idType
        self.salt = salt
    }

    // MARK: - Users

    /// All users meet it.
    public static let everyone = TestCondition(type: "public")

    /// The user's ID is one of these, in any letter case.
    public static func userID(_ ids: String...) -> TestCondition { .userID(ids) }

    static func userID(_ ids: [String]) -> TestCondition {
        TestCondition(type: "user_field", field: "userID", .any(of: ids))
    }

    /// A custom ID of the user is one of these, in any letter case.
    ///
    /// - Parameters:
    ///   - idType: The type of the custom ID.
    ///   - ids: The IDs.
    /// - Returns: The condition.
    public static func customID(_ idType: String, _ ids: String...) -> TestCondition {
        TestCondition(type: "unit_id", .any(of: ids), idType: idType)
    }

    /// The e-mail address is one of these, in any letter case.
    public static func email(_ addresses: String...) -> TestCondition {
        TestCondition(type: "user_field", field: "email", .any(of: addresses))
    }

    /// The e-mail address ends with one of these, in any letter case.
    public static func email(endsWith endings: String...) -> TestCondition {
        TestCondition(type: "user_field", field: "email", .endsWith(endings))
    }

    /// The country, the user's or else that of the IP address, is one of these: ISO 3166-1 alpha-2 codes.
    public static func country(_ codes: String...) -> TestCondition {
        TestCondition(type: "ip_based", field: "country", .any(of: codes))
    }

    /// A field of the user: a well-known one, for example `appVersion`, or a custom one.
    ///
    /// - Parameters:
    ///   - name: The field.
    ///   - comparison: The comparison.
    /// - Returns: The condition.
    public static func field(_ name: String, _ comparison: TestComparison) -> TestCondition {
        TestCondition(type: "user_field", field: name, comparison)
    }

    /// A value that is parsed from the HTTP user agent.
    ///
    /// - Parameters:
    ///   - field: `browser_name`, `browser_version`, `os_name` or `os_version`.
    ///   - comparison: The comparison.
    /// - Returns: The condition.
    public static func userAgent(_ field: String, _ comparison: TestComparison) -> TestCondition {
        TestCondition(type: "ua_based", field: field, comparison)
    }

    // MARK: - Surroundings

    /// The environment tier, the user's or else the client's, is one of these.
    public static func environment(_ tiers: String...) -> TestCondition {
        TestCondition(type: "environment_field", field: "tier", .any(of: tiers))
    }

    /// The time of the client's `TimeSource`.
    ///
    /// - Parameter comparison: For example ``TestComparison/after(_:)``.
    /// - Returns: The condition.
    public static func time(_ comparison: TestComparison) -> TestCondition {
        TestCondition(type: "current_time", comparison)
    }

    // MARK: - Other entities

    /// The user passes a gate.
    public static func passes(_ gate: String) -> TestCondition {
        TestCondition(type: "pass_gate", target: .string(gate))
    }

    /// The user doesn't pass a gate.
    public static func fails(_ gate: String) -> TestCondition {
        TestCondition(type: "fail_gate", target: .string(gate))
    }

    /// The user is in a segment.
    ///
    /// - Parameter segment: Its name, without `segment:` in front.
    /// - Returns: The condition.
    public static func inSegment(_ segment: String) -> TestCondition { passes("segment:\(segment)") }

    /// The user isn't in a segment.
    ///
    /// - Parameter segment: Its name, without `segment:` in front.
    /// - Returns: The condition.
    public static func notInSegment(_ segment: String) -> TestCondition { fails("segment:\(segment)") }

    /// The user is in one of these groups of an experiment.
    public static func inGroup(_ groups: String..., of experiment: String) -> TestCondition {
        TestCondition(type: "experiment_group", field: experiment, .any(of: groups))
    }
}

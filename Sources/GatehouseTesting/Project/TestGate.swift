// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A feature gate of a ``TestProject``.
///
///     TestGate("new_checkout", on: true)
///     TestGate("beta", percentage: 20)
///     TestGate("preview", for: "a-user", "another-user")
///     TestGate("staff", .when(.email(endsWith: "@example.com")), .when(.inSegment("testers"), percentage: 50))
///
/// The first rule whose conditions the user meets decides. A user within the rule's percentage passes. All other users fail.
public struct TestGate: Sendable {
    let name: String
    let rules: [TestRule]
    let idType: String
    var holdout: String?

    /// Makes a gate of rules.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - rules: Its rules in order. Without rules, no user passes.
    ///   - idType: The ID type of the unit that percentages go by.
    public init(_ name: String, _ rules: TestRule..., idType: String = "userID") {
        self.init(name, rules: rules, idType: idType)
    }

    /// Makes a gate that all users pass, or none.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - isOn: Whether all users pass.
    public init(_ name: String, on isOn: Bool) {
        self.init(name, rules: [.everyone(percentage: isOn ? 100 : 0)], idType: "userID")
    }

    /// Makes a gate that a share of all units passes.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - percentage: The share in percent, to the hundredth.
    ///   - idType: The ID type of the unit.
    public init(_ name: String, percentage: Double, idType: String = "userID") {
        self.init(name, rules: [.everyone(percentage: percentage)], idType: idType)
    }

    /// Makes a gate that some users pass.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - userID: A user's ID, in any letter case.
    ///   - others: The IDs of other users.
    public init(_ name: String, for userID: String, _ others: String...) {
        self.init(name, rules: [TestRule(conditions: [.userID([userID] + others)])], idType: "userID")
    }

    private init(_ name: String, rules: [TestRule], idType: String) {
        self.name = name
        self.rules = rules
        self.idType = idType
    }

    /// The gate, closed for users in a holdout.
    ///
    /// - Parameter holdout: The name of a ``TestHoldout``.
    /// - Returns: A copy to which the holdout applies.
    public func heldOut(by holdout: String) -> TestGate {
        var copy = self
        copy.holdout = holdout
        return copy
    }
}

/// A set of users of a ``TestProject`` that conditions refer to, with ``TestCondition/inSegment(_:)``.
public struct TestSegment: Sendable {
    let name: String
    let rules: [TestRule]
    let idType: String

    /// Makes a segment.
    ///
    /// - Parameters:
    ///   - name: Its name, without `segment:` in front.
    ///   - rules: Its rules in order. A user who passes one is in the segment.
    ///   - idType: The ID type of the unit that percentages go by.
    public init(_ name: String, _ rules: TestRule..., idType: String = "userID") {
        self.name = name
        self.rules = rules
        self.idType = idType
    }
}

/// A share of all units that gates, configs, experiments and layers of a ``TestProject`` leave alone.
///
///     TestHoldout("q3", percentage: 10)
///     TestGate("new_checkout", on: true).heldOut(by: "q3")
public struct TestHoldout: Sendable {
    let name: String
    let percentage: Double
    let idType: String

    /// Makes a holdout.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - percentage: The share that is held out, in percent.
    ///   - idType: The ID type of the unit.
    public init(_ name: String, percentage: Double, idType: String = "userID") {
        self.name = name
        self.percentage = percentage
        self.idType = idType
    }
}

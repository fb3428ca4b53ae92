// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A dynamic config of a ``TestProject``.
///
///     TestConfig("pricing", ["price": 9.99], .when(.country("DE"), returns: ["price": 8.99]))
///
/// The first rule whose conditions the user meets decides. A user within the rule's percentage gets the value of the rule. All
/// other users get the default.
public struct TestConfig: Sendable {
    let name: String
    let value: Object
    let rules: [TestRule]
    let idType: String
    var holdout: String?

    /// Makes a config.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - value: The default value.
    ///   - rules: Its rules in order.
    ///   - idType: The ID type of the unit that percentages go by.
    public init(_ name: String, _ value: Object, _ rules: TestRule..., idType: String = "userID") {
        self.name = name
        self.value = value
        self.rules = rules
        self.idType = idType
    }

    /// The config, which returns the default for users in a holdout.
    ///
    /// - Parameter holdout: The name of a ``TestHoldout``.
    /// - Returns: A copy to which the holdout applies.
    public func heldOut(by holdout: String) -> TestConfig {
        var copy = self
        copy.holdout = holdout
        return copy
    }
}

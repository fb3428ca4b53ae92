// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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

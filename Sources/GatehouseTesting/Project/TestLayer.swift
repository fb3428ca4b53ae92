// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A layer of a ``TestProject``: parameters that several experiments share.
///
/// A unit is in at most one of the experiments.
///
///     TestLayer(
///         "home", ["color": "grey", "size": 1],
///         TestExperiment("home_color", .group("control", 50), .group("blue", 50, ["color": "blue"]), allocation: 40),
///         TestExperiment("home_size", .group("large", 100, ["size": 2]), allocation: 60))
public struct TestLayer: Sendable {
    let name: String
    let defaults: Object
    let experiments: [TestExperiment]
    let idType: String
    var holdout: String?

    /// Makes a layer.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - defaults: Its parameters, with the values for users in no experiment.
    ///   - experiments: Its experiments in order, each with its share of the layer's units as
    ///     `allocation`; from where the sum of them exceeds 100 there are no units left.
    ///   - idType: The ID type of the unit.
    public init(_ name: String, _ defaults: Object, _ experiments: TestExperiment..., idType: String = "userID") {
        self.name = name
        self.defaults = defaults
        self.experiments = experiments
        self.idType = idType
    }

    /// The layer, which returns the defaults for users in a holdout.
    ///
    /// - Parameter holdout: The name of a ``TestHoldout``.
    /// - Returns: A copy to which the holdout applies.
    public func heldOut(by holdout: String) -> TestLayer {
        var copy = self
        copy.holdout = holdout
        return copy
    }
}

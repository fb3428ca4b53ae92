// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// An experiment of a ``TestProject``, alone or in a ``TestLayer``.
///
///     TestExperiment(
///         "button", .group("control", 50, ["color": "grey"]), .group("blue", 50, ["color": "blue"]),
///         allocation: 80, for: [.country("DE", "AT")])
///
/// To have a user in a certain group, override the experiment:
/// `withOverrides { $0.setExperiment("button", to: .group("blue")) } operation: { … }`.
public struct TestExperiment: Sendable {
    let name: String
    let groups: [TestGroup]
    let defaults: Object
    let allocation: Double
    let targeting: [TestCondition]
    let idType: String
    let isActive: Bool
    var holdout: String?

    /// Makes an experiment.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - groups: Its groups. If their sizes add up to less than 100, the other units are in no group.
    ///   - defaults: The values of users in no group. In a layer, the layer has values for parameters that aren't here.
    ///   - allocation: The share of all units, or of the layer's, that takes part, in percent, to the tenth.
    ///   - targeting: Conditions that a user has to meet to take part.
    ///   - idType: The ID type of the unit.
    ///   - isActive: Whether it has started. No user takes part in an experiment that hasn't.
    public init(
        _ name: String, _ groups: TestGroup..., defaults: Object = [:], allocation: Double = 100,
        for targeting: [TestCondition] = [], idType: String = "userID", isActive: Bool = true
    ) {
        self.name = name
        self.groups = groups
        self.defaults = defaults
        self.allocation = allocation
        self.targeting = targeting
        self.idType = idType
        self.isActive = isActive
    }

    /// The experiment, which leaves out users in a holdout.
    ///
    /// - Parameter holdout: The name of a ``TestHoldout``.
    /// - Returns: A copy to which the holdout applies.
    public func heldOut(by holdout: String) -> TestExperiment {
        var copy = self
        copy.holdout = holdout
        return copy
    }
}

/// A group of a ``TestExperiment``.
public struct TestGroup: Sendable {
    let name: String
    let size: Double
    let parameters: Object

    /// Makes a group, whose name is also the ID of its rule.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - size: Its share of the experiment's units in percent, to the tenth.
    ///   - parameters: The values of its users. Other parameters have the default of the experiment or the layer.
    /// - Returns: The group.
    public static func group(_ name: String, _ size: Double, _ parameters: Object = [:]) -> TestGroup {
        TestGroup(name: name, size: size, parameters: parameters)
    }
}

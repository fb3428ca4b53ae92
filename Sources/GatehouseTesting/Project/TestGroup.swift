// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

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

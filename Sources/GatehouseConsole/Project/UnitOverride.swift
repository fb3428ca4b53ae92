// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Units that pass or fail a gate or holdout whatever its rules say.
struct UnitOverride: Sendable {
    /// `nil` for all environments.
    let environment: String?
    let unit: String
    let passing: [String]
    let failing: [String]

    init(_ object: Object) {
        environment = object["environment"]?.string
        unit = object["unitID"]?.string ?? "userID"
        passing = object.texts("passingIDs")
        failing = object.texts("failingIDs")
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A rule of a gate, config, segment or holdout.
struct Rule: Sendable {
    /// One of the values that a config's rule shares out.
    struct Variant: Sendable {
        let id: String
        let name: String
        let passPercentage: Double
        let returnValue: Value
    }

    let id: String
    let baseID: String
    let name: String
    let salt: String
    /// The group that SDKs report, which only imported rules have.
    let groupName: String?
    let passPercentage: Double
    let conditions: [Condition]
    /// The environments it is for, `nil` for all.
    let environments: [String]?
    let returnValue: Value
    let variants: [Variant]

    init(_ object: Object) {
        id = object.text("id")
        baseID = object.text("baseID")
        name = object.text("name")
        salt = object.text("salt")
        groupName = object["groupName"]?.string
        passPercentage = object.number("passPercentage") ?? 100
        conditions = object.objects("conditions").map(Condition.init)
        environments = object["environments"]?.array.map { $0.compactMap(\.string) }
        returnValue = object["returnValue"] ?? [:]
        variants = object.objects("variants").map { variant in
            Variant(
                id: variant.text("id"), name: variant.text("name"),
                passPercentage: variant.number("passPercentage") ?? 0,
                returnValue: variant["returnValue"] ?? object["returnValue"] ?? [:])
        }
    }
}

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

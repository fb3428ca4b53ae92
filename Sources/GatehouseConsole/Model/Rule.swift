// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation

/// A rule of a gate, dynamic config or segment.
struct Rule: Record {
    /// One of the values that a rule of a dynamic config shares out.
    struct Variant: Record {
        struct Members: Sendable {
            let id = Member<String?>("id")
            let name = Member<String>("name", default: "")
            let passPercentage = Member<Double>("passPercentage", default: 0)
            let returnValue = Member<Value?>("returnValue")
            let returnValueJSON5 = Member<String?>("returnValueJson5")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    /// A percentage that the rule gets at a time.
    struct Rollout: Record {
        struct Members: Sendable {
            let timeValue = Member<Value>("time", default: .null)
            let passPercent = Member<Double?>("passPercent")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }

        /// In ms since 1970, `nil` when the member is no time.
        var time: Int64? { self.timeValue.integer ?? self.timeValue.double.flatMap { Int64(exactly: $0.rounded()) } }
    }

    struct Members: Sendable {
        /// Base ID, percentage and number of edits with colons between; the base ID alone when it is new.
        let id = Member<String?>("id")
        let baseID = Member<String?>("baseID")
        let name = Member<String>("name", default: "")
        let salt = Member<String?>("salt")
        /// The group that SDKs report, which only imported rules have.
        let groupName = Member<String?>("groupName")
        let passPercentage = Member<Double>("passPercentage", default: 100)
        let conditions = Member<[Condition]>("conditions", default: [])
        /// The environments it is for, `nil` for all.
        let environments = Member<[String]?>("environments", absent: .null)
        let returnValue = Member<Value?>("returnValue")
        let returnValueJSON5 = Member<String?>("returnValueJson5")
        let variants = Member<[Variant]>("variants", default: [])
        let pendingRollouts = Member<[Rollout]>("pendingAutomatedRollouts", default: [])
        let completedRollouts = Member<[Rollout]>("completedAutomatedRollouts", default: [])
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }

    /// The rule without IDs that are empty: clients send those for IDs that the console is to make.
    var withoutEmptyIDs: Rule {
        var rule = self
        if self.id?.isEmpty ?? false { rule.id = nil }
        if self.baseID?.isEmpty ?? false { rule.baseID = nil }
        return rule
    }

    /// The environments that it is for, `nil` for all; clients send an empty list for all, too.
    var environmentNames: [String]? {
        let names = self.environments
        return names?.isEmpty ?? true ? nil : names
    }

    /// The ID of a rule with another percentage: base ID, percentage, and how often it was edited.
    static func nextID(after id: String, base: String, percentage: Double) -> String {
        let parts = id.split(separator: ":")
        let count = parts.count == 3 ? Int(parts[2]) ?? 1 : 1
        return "\(base):\(String(format: "%.2f", percentage)):\(count < .max ? count + 1 : count)"
    }
}

/// Units that pass or fail a gate or holdout whatever its rules say.
struct UnitOverride: Record {
    struct Members: Sendable {
        /// `nil` for all environments.
        let environment = Member<String?>("environment", absent: .null)
        let unit = Member<String>("unitID", default: "userID")
        let passing = Member<[String]>("passingIDs", default: [])
        let failing = Member<[String]>("failingIDs", default: [])
    }
    static let members = Members()
    var object: Object

    init(_ object: Object) { self.object = object }

    init(environment: String?, unit: String, passing: [String], failing: [String]) {
        object = [:]
        self.environment = environment
        self.unit = unit
        self.passing = passing
        self.failing = failing
    }
}

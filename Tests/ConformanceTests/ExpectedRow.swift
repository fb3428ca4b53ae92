// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The members of a row that are compared.
enum RowField: String, CaseIterable {
    case value, reason
    case ruleID = "rule_id"
    case idType = "id_type"
    case version
    case groupName = "group_name"
    case isExperimentActive = "is_experiment_active"
    case allocatedExperiment = "allocated_experiment"
    case exposures = "sx"
    case undelegatedExposures = "usx"
    case passed
    case overrideConfigName = "override_config_name"
    case undelegatedRuleID = "undelegated_rule_id"
}

/// What the reference answered for a user, a kind and a name.
struct ExpectedRow {
    var user = 0
    var kind = ""
    var name = ""
    /// Whether the reference crashed here.
    var isPanic = false
    /// The JSON of each member, by the order of ``RowField``; missing where it is null or not there.
    private var members = [Text](repeating: .missing, count: RowField.allCases.count)

    private static let fieldNames = RowField.allCases.map { Array($0.rawValue.utf8) }

    init(_ line: Text) throws {
        var reader = JSONReader(line)
        try reader.enterObject()
        var isFirst = true
        while let name = try reader.nextMember(&isFirst) {
            if name == "u" {
                user = Int(try reader.number().unsigned ?? 0)
            } else if name == "kind" {
                kind = try reader.string().string
            } else if name == "name" {
                self.name = try reader.string().string
            } else {
                if name == "panic" { isPanic = true }
                let value = try reader.skipValue()
                if value == "null" || value == "[]" { continue }
                for (index, field) in ExpectedRow.fieldNames.enumerated()
                where field.count == name.raw.count && name.raw.bytes.elementsEqual(field) {
                    members[index] = value
                }
            }
        }
    }

    /// The JSON of a member, `nil` where it is null, not there, or an empty list.
    func json(_ index: Int) -> Text? { members[index].isMissing ? nil : members[index] }
}

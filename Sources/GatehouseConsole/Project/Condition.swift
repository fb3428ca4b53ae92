// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A condition of a rule, as people author it.
struct Condition: Sendable {
    let type: String
    /// As authored, empty for none.
    let comparison: String
    let target: Value
    let field: String
    let customID: String

    init(_ object: Object) {
        type = object.text("type")
        comparison = object.text("operator")
        target = object["targetValue"] ?? .null
        field = object.text("field")
        customID = object.text("customID")
    }

    /// The targets as texts, whether one or many were given.
    var texts: [String] {
        (target.array ?? (target == .null ? [] : [target])).map { $0.string ?? JSON.text($0) }
    }
}

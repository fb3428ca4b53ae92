// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

extension Ruleset {
    /// A response with names as they are, read back.
    func response(
        for user: User = User(userID: "u"), in context: EvaluationContext = .plain,
        _ change: (inout ClientResponseOptions) -> Void = { _ in }
    ) throws -> Object {
        var options = ClientResponseOptions()
        options.nameHash = .none
        change(&options)
        let bytes = clientInitializeResponse(for: user, in: context, options: options)
        return try #require(Value(json: bytes)?.object)
    }
}

extension Object {
    /// The names in a section of a response, in the order of the document.
    func names(_ section: String) -> [String] { self[section]?.object?.map(\.name) ?? [] }

    /// An entity of a section.
    func entity(_ section: String, _ name: String) -> Object { self[section]?.object?[name]?.object ?? [:] }

    /// Whether a response is blank.
    var isBlank: Bool {
        self["has_updates"]?.bool == false && self["time"]?.integer == 0 && names("feature_gates").isEmpty
            && names("dynamic_configs").isEmpty && names("layer_configs").isEmpty && names("param_stores").isEmpty
    }
}

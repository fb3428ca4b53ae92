// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Tells how entries come to their values.
struct Explainer {
    let ruleset: Ruleset
    let context: EvaluationContext

    /// The steps as text: a line each.
    func text(_ entry: CatalogEntry, for user: User) -> String {
        if let kind = entry.kind.entityKind {
            return ruleset.explain(kind, entry.name, for: user, in: context).text
        }
        let reading = reading(entry, for: user)
        var writer = JSONWriter()
        writer.value(reading.value ?? .null)
        let value = String(decoding: writer.bytes, as: UTF8.self)
        guard let source = source(of: reading) else { return "parameter \(entry.name)\n  → \(value)\n" }
        let explanation = ruleset.explain(source.kind, source.name, for: user, in: context).text
        // The entity stands below the parameter like nested gates below their condition.
        let steps = explanation.split(separator: "\n").map { "  \($0)\n" }.joined()
        return "parameter \(entry.name)\n\(steps)  → \(value)\n"
    }

    /// The steps as one JSON object.
    func json(_ entry: CatalogEntry, for user: User, into writer: inout JSONWriter) {
        if let kind = entry.kind.entityKind {
            writer.raw(ruleset.explain(kind, entry.name, for: user, in: context).json)
            return
        }
        let reading = reading(entry, for: user)
        writer.raw("{\"value\":" as StaticString)
        writer.value(reading.value ?? .null)
        if let source = source(of: reading) {
            writer.raw(",\"source\":" as StaticString)
            writer.raw(ruleset.explain(source.kind, source.name, for: user, in: context).json)
        }
        writer.raw("}" as StaticString)
    }

    private func reading(_ entry: CatalogEntry, for user: User) -> ParameterStoreEvaluation.Reading {
        ruleset.parameterStore(entry.store, for: user, in: context).read(entry.parameter)
    }

    /// The entity that a parameter is read from, `nil` for a static one.
    private func source(of reading: ParameterStoreEvaluation.Reading) -> (kind: EntityKind, name: String)? {
        guard let source = reading.source else { return nil }
        let kind: EntityKind =
            switch source {
            case is GateEvaluation: .gate
            case is LayerEvaluation: .layer
            case is ExperimentEvaluation: .experiment
            default: .dynamicConfig
            }
        return (kind, source.name)
    }
}

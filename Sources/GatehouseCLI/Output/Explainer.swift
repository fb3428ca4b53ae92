// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Writes the steps that lead to the value of an entry.
struct Explainer {
    let ruleset: Ruleset
    let context: EvaluationContext
    /// How many steps of nested entities the explanation of one entry has.
    private let nestedSteps: Int

    /// How many steps of nested entities the explanations for one user have together.
    ///
    /// Without it, thousands of gates of which each asks the next one would make hundreds of megabytes.
    private static let nestedStepsPerUser = 200_000

    /// - Parameters:
    ///   - ruleset: The ruleset.
    ///   - context: The context of the evaluations.
    ///   - entryCount: The number of entries that are explained for each user.
    init(ruleset: Ruleset, context: EvaluationContext, entryCount: Int) {
        self.ruleset = ruleset
        self.context = context
        nestedSteps = Explainer.nestedStepsPerUser / max(entryCount, 1)
    }

    private func explain(_ kind: EntityKind, _ name: String, for user: User) -> Explanation {
        ruleset.explain(kind, name, for: user, in: context, nestedSteps: nestedSteps)
    }

    /// The steps as text, a line for each.
    func text(_ entry: CatalogEntry, for user: User) -> String {
        if let kind = entry.kind.entityKind {
            return explain(kind, entry.name, for: user).text
        }
        let reading = reading(entry, for: user)
        var writer = JSONWriter()
        writer.value(reading.value ?? .null)
        let value = String(decoding: writer.bytes, as: UTF8.self)
        guard let source = source(of: reading) else { return "parameter \(entry.name)\n  → \(value)\n" }
        let explanation = explain(source.kind, source.name, for: user).text
        // The entity is indented below the parameter as nested gates are below their condition.
        let steps = explanation.split(separator: "\n").map { "  \($0)\n" }.joined()
        return "parameter \(entry.name)\n\(steps)  → \(value)\n"
    }

    /// Appends the steps as a JSON object.
    func json(_ entry: CatalogEntry, for user: User, into writer: inout JSONWriter) {
        if let kind = entry.kind.entityKind {
            writer.raw(text: explain(kind, entry.name, for: user).json)
            return
        }
        let reading = reading(entry, for: user)
        writer.raw("{\"value\":")
        writer.value(reading.value ?? .null)
        if let source = source(of: reading) {
            writer.raw(",\"source\":")
            writer.raw(text: explain(source.kind, source.name, for: user).json)
        }
        writer.raw("}")
    }

    private func reading(_ entry: CatalogEntry, for user: User) -> ParameterStoreEvaluation.Reading {
        ruleset.parameterStore(entry.store, for: user, in: context).read(entry.parameter)
    }

    /// The entity that a parameter is read from, `nil` for a static value.
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

/// Writes the steps of each evaluation as text.
struct ExplanationOutput: UserOutput {
    let entries: [CatalogEntry]
    let explainer: Explainer
    let heading: UserHeading

    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure) {
        output.writer.raw(text: heading.text(for: user, index: index))
        for (position, entry) in entries.enumerated() {
            if position > 0 { output.writer.raw("\n") }
            for line in explainer.text(entry, for: user).split(separator: "\n") {
                output.writer.raw(text: PlainText.oneLine(String(line)) + "\n")
            }
            try output.endRow()
        }
    }
}

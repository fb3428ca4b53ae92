// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Writes a table for each user.
struct TableOutput: UserOutput {
    let entries: [CatalogEntry]
    let ruleset: Ruleset
    let context: EvaluationContext
    let heading: UserHeading
    let terminal: Terminal

    private static let columns = [
        TableLayout.Column("KIND"), TableLayout.Column("NAME"), TableLayout.Column("VALUE", leastWidth: 16),
        TableLayout.Column("RULE", leastWidth: 22), TableLayout.Column("GROUP", leastWidth: 12),
        TableLayout.Column("WHY", leastWidth: 20),
    ]

    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure) {
        output.writer.raw(text: heading.text(for: user, index: index))
        if entries.isEmpty { return }
        let layout = TableLayout(
            TableOutput.columns, lineWidth: terminal.columnCount, isColored: terminal.isColored)
        for line in layout.lines(entries.map { cells($0, for: user) }) {
            output.writer.raw(text: line)
            output.writer.raw("\n")
            try output.endRow()
        }
    }

    private func cells(_ entry: CatalogEntry, for user: User) -> [TableLayout.Cell] {
        switch entry.kind {
        case .gate:
            let result = ruleset.gate(entry.name, for: user, in: context)
            return cells(entry, result, value: result.value ? "true" : "false", group: result.evaluation.groupName)
        case .dynamicConfig:
            let result = ruleset.dynamicConfig(entry.name, for: user, in: context)
            return cells(entry, result, value: compact(result.json), group: result.evaluation.groupName)
        case .experiment:
            let result = ruleset.experiment(entry.name, for: user, in: context)
            return cells(entry, result, value: compact(result.json), group: result.groupName)
        case .layer:
            let result = ruleset.layer(entry.name, for: user, in: context)
            return cells(entry, result, value: compact(result.json), group: result.groupName)
        case .parameter:
            let reading = ruleset.parameterStore(entry.store, for: user, in: context).read(entry.parameter)
            var writer = JSONWriter()
            writer.value(reading.value ?? .null)
            let value = String(decoding: writer.bytes, as: UTF8.self)
            guard let source = reading.source else {
                return row(entry, value: value, rule: "", group: "", why: "static value", .plain)
            }
            let why = "\(ResultReason.name(of: source)): \(ResultReason.text(for: source))"
            return row(entry, value: value, rule: source.ruleID, group: "", why: why, style(of: source))
        }
    }

    private func cells(
        _ entry: CatalogEntry, _ result: some EvaluationResult, value: String, group: String?
    ) -> [TableLayout.Cell] {
        row(
            entry, value: value, rule: result.ruleID, group: group ?? "", why: ResultReason.text(for: result),
            style(of: result))
    }

    private func row(
        _ entry: CatalogEntry, value: String, rule: String, group: String, why: String, _ style: TextStyle
    ) -> [TableLayout.Cell] {
        let valueStyle: TextStyle =
            switch value {
            case "true": .good
            case "false": .bad
            default: .plain
            }
        return [
            TableLayout.Cell(entry.kind.label, .quiet), TableLayout.Cell(entry.name),
            TableLayout.Cell(value, valueStyle), TableLayout.Cell(rule), TableLayout.Cell(group),
            TableLayout.Cell(why, style),
        ]
    }

    /// The style that makes answers stand out that need attention.
    private func style(of result: some EvaluationResult) -> TextStyle {
        switch result.reason {
        case .recognized, .localOverride, .persisted: .plain
        case .unrecognized, .unsupported, .countryLookupNotLoaded, .tooDeep: .alert
        }
    }

    private func compact(_ json: String) -> String {
        var writer = JSONWriter()
        writer.compact(json)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

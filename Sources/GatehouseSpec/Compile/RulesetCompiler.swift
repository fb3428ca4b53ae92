// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compiles a document entity by entity while it is decoded, and links the entities when all are there.
struct RulesetCompiler: DocumentConsumer {
    /// Tells what a document means; until its gates have been seen it is a guess by the shape of the first section.
    private(set) var format: SpecDocument.Format?
    /// Whether something was compiled by a guess that turned out to be wrong.
    private(set) var hasGuessedWrong = false
    private(set) var specs: [[SpecEntry]] = SpecSection.allCases.map { _ in [] }
    private(set) var conditions: [ConditionEntry] = []
    /// Rows of specs and conditions.
    let rows: Region

    private let previous: CompiledDocument?
    // How far the previous document's entries have been gone through.
    private var specCursors = SpecSection.allCases.map { _ in 0 }
    private var conditionCursor = 0

    /// - Parameters:
    ///   - rows: Where rows go.
    ///   - format: The format if it is known.
    ///   - previous: The document to replace. With it texts are copied to `rows`, since the new document doesn't stay.
    init(rows: Region, format: SpecDocument.Format? = nil, replacing previous: CompiledDocument? = nil) {
        self.rows = rows
        self.format = format
        self.previous = previous
        for (section, entries) in (previous?.specs ?? []).enumerated() {
            specs[section].reserveCapacity(entries.count)
        }
        conditions.reserveCapacity(previous?.conditions.count ?? 0)
    }

    // MARK: - Entities

    mutating func begin(_ section: SpecSection, isList: Bool) {
        let shape = isList ? SpecDocument.Format.v1 : .v2
        if format == nil { format = shape }
        if section == .gates, format != shape {
            format = shape
            hasGuessedWrong = true
        }
    }

    mutating func recognize(_ section: SpecSection, ahead: Text) -> Int {
        guard let previous else { return 0 }
        let known = previous.specs[section.rawValue]
        let cursor = specCursors[section.rawValue]
        guard let found = position(from: cursor, in: known, where: { ahead.continues(like: $0.text) }) else { return 0 }
        specs[section.rawValue].append(known[found])
        specCursors[section.rawValue] = found + 1
        return known[found].text.count
    }

    mutating func consume(_ section: SpecSection, _ name: JSONString, _ wire: WireSpec?, text: Text) {
        let entry = compile(name, wire, isGate: section == .gates, text)
        specs[section.rawValue].append(entry)
        guard let previous else { return }
        let known = previous.specs[section.rawValue]
        let cursor = specCursors[section.rawValue]
        if let replaced = position(from: cursor, in: known, where: { $0.name == entry.name }) {
            specCursors[section.rawValue] = replaced + 1
        }
    }

    mutating func recognizeCondition(ahead: Text) -> Int {
        guard let known = previous?.conditions,
            let found = position(from: conditionCursor, in: known, where: { ahead.continues(like: $0.text) })
        else { return 0 }
        conditions.append(known[found])
        conditionCursor = found + 1
        return known[found].text.count
    }

    mutating func consume(_ id: JSONString, _ wire: WireCondition, text: Text) {
        let builder = RowBuilder(rows, decoded: text, kept: kept(text))
        let entry = ConditionEntry(
            id: builder.text(id), text: builder.keep(text), row: ConditionCompiler(builder).compile(wire))
        conditions.append(entry)
        if let known = previous?.conditions,
            let replaced = position(from: conditionCursor, in: known, where: { $0.id == entry.id })
        {
            conditionCursor = replaced + 1
        }
    }

    private func compile(_ name: JSONString, _ wire: WireSpec?, isGate: Bool, _ text: Text) -> SpecEntry {
        let builder = RowBuilder(rows, decoded: text, kept: kept(text))
        guard let wire, let format else {
            return SpecEntry(
                name: builder.text(name), text: .missing, row: nil, conditionIDs: .init(), inlineConditions: .init())
        }
        let row = SpecCompiler(builder).compile(name, wire, isGate: isGate, format: format)
        let isUsed = !row.pointee.rules.isEmpty
        let inline = isUsed ? wire.rules.flatMap(\.conditions).map(ConditionCompiler(builder).compile) : []
        return SpecEntry(
            name: row.pointee.name, text: builder.keep(text), row: row,
            conditionIDs: isUsed ? builder.texts(wire.rules.flatMap(\.conditionIDs)) : .init(),
            inlineConditions: rows.store(inline))
    }

    /// The text where it stays: in the document itself, unless only this part of it is kept.
    private func kept(_ text: Text) -> Text {
        previous == nil ? text : rows.text(text.bytes)
    }

    /// Documents change by a few entries added, removed or replaced, so what comes next is nearby.
    private static var window: Int { 64 }

    private func position<Entry>(
        from cursor: Int, in known: [Entry], where isWanted: (Entry) -> Bool
    ) -> Int? {
        known[cursor..<min(cursor + RulesetCompiler.window, known.count)].firstIndex(where: isWanted)
    }
}

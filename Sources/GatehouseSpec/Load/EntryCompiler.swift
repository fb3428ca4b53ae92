// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compiles specs and shared conditions one by one, in the order of the document, and shares those that haven't changed
/// since the document before.
struct EntryCompiler {
    private(set) var entries = DocumentEntries()
    /// Where the rows of compiled entries are.
    let rows: Region

    private let previous: DocumentEntries?
    // The entry of `previous` that follows the one found last: entries of both documents are mostly in the same order.
    private var specCursors = SpecSection.allCases.map { _ in 0 }
    private var conditionCursor = 0

    /// - Parameters:
    ///   - rows: Where rows are stored.
    ///   - previous: The entries of the document to replace. With them, texts are copied to `rows`, since only a document
    ///     that was loaded as a whole is retained.
    init(rows: Region, replacing previous: DocumentEntries?) {
        self.rows = rows
        self.previous = previous
        guard let previous else { return }
        for section in SpecSection.allCases { entries[section].reserveCapacity(previous[section].count) }
        entries.conditions.reserveCapacity(previous.conditions.count)
    }

    /// Starts a section.
    ///
    /// - Parameters:
    ///   - section: The section.
    ///   - shape: The format that the section is laid out in; that of the gates holds for the document.
    mutating func begin(_ section: SpecSection, _ shape: DocumentFormat) {
        if section == .gates { entries.format = shape }
    }

    // MARK: - Specs

    /// Shares the spec that the document continues with, if the document before has the same one.
    ///
    /// - Parameters:
    ///   - section: The section that the spec is in.
    ///   - rest: The rest of the document, from the spec's name or, in a list, its opening brace.
    /// - Returns: The number of bytes that the spec takes, 0 where it has to be decoded.
    mutating func share(_ section: SpecSection, _ rest: Text) -> Int {
        guard let known = previous?[section],
            let found = index(
                from: specCursors[section.rawValue], in: known,
                where: {
                    $0.isShareable && rest.continues(like: $0.text)
                })
        else { return 0 }
        entries[section].append(known[found])
        specCursors[section.rawValue] = found + 1
        return known[found].text.count
    }

    /// Compiles a spec.
    ///
    /// - Parameters:
    ///   - section: The section that the spec is in.
    ///   - name: The spec's name.
    ///   - spec: The spec, `nil` for a malformed one.
    ///   - text: The spec's JSON, from its name or, in a list, its opening brace.
    mutating func compile(_ section: SpecSection, _ name: JSONString, _ spec: DecodedSpec?, text: Text) {
        let entry = entry(section, name, spec, text)
        entries[section].append(entry)
        entries.compiledCount += 1
        if let known = previous?[section],
            let replaced = index(from: specCursors[section.rawValue], in: known, where: { $0.name == entry.name })
        {
            specCursors[section.rawValue] = replaced + 1
        }
    }

    private func entry(_ section: SpecSection, _ name: JSONString, _ spec: DecodedSpec?, _ text: Text) -> SpecEntry {
        let builder = RowBuilder(rows, decoded: text, stored: stored(text))
        guard let spec else {
            return SpecEntry(
                name: builder.text(name), text: .missing, row: nil, conditionIDs: .init(), inlineConditions: .init())
        }
        let row = SpecCompiler(builder).compile(name, spec, formatOfGate: section == .gates ? entries.format : nil)
        let isUsed = !row.pointee.rules.isEmpty
        let inline = isUsed ? spec.rules.flatMap(\.conditions).map(ConditionCompiler(builder).compile) : []
        return SpecEntry(
            name: row.pointee.name, text: builder.stored(text), row: row,
            conditionIDs: isUsed ? builder.texts(spec.rules.flatMap(\.conditionIDs)) : .init(),
            inlineConditions: rows.store(inline), isShareable: spec.assumption == nil)
    }

    // MARK: - Shared conditions

    /// Shares the condition that the document continues with, if the document before has the same one.
    ///
    /// - Parameter rest: The rest of the document, from the condition's ID.
    /// - Returns: The number of bytes that the condition takes, 0 where it has to be decoded.
    mutating func shareCondition(_ rest: Text) -> Int {
        guard let known = previous?.conditions,
            let found = index(from: conditionCursor, in: known, where: { rest.continues(like: $0.text) })
        else { return 0 }
        entries.conditions.append(known[found])
        conditionCursor = found + 1
        return known[found].text.count
    }

    /// Compiles a condition.
    ///
    /// - Parameters:
    ///   - id: The condition's ID.
    ///   - condition: The condition.
    ///   - text: The condition's JSON, from its ID.
    mutating func compile(_ id: JSONString, _ condition: DecodedCondition, text: Text) {
        let builder = RowBuilder(rows, decoded: text, stored: stored(text))
        let entry = ConditionEntry(
            id: builder.text(id), text: builder.stored(text), row: ConditionCompiler(builder).compile(condition))
        entries.conditions.append(entry)
        entries.compiledCount += 1
        if let known = previous?.conditions,
            let replaced = index(from: conditionCursor, in: known, where: { $0.id == entry.id })
        {
            conditionCursor = replaced + 1
        }
    }

    // MARK: - Texts and indices

    /// The text in memory that outlives loading.
    private func stored(_ text: Text) -> Text {
        previous == nil ? text : rows.text(text.bytes)
    }

    /// The number of entries to compare with: documents change by a few entries added, removed or replaced.
    private static var window: Int { 64 }

    private func index<Entry>(from cursor: Int, in known: [Entry], where isWanted: (Entry) -> Bool) -> Int? {
        known[cursor..<min(cursor + EntryCompiler.window, known.count)].firstIndex(where: isWanted)
    }
}

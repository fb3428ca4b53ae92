// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Loads a document in one pass: decodes each spec and condition and compiles it before the next one, so that only one of
/// them is in memory in its decoded form (Evaluation §1.2).
///
/// A fault in one spec leaves that spec out; any other fault spoils the document.
struct DocumentLoader {
    private let text: Text
    private var compiler: EntryCompiler
    private var parts = DocumentParts()
    private var issues: [SpecIssue] = []
    /// The offset up to which the text is known to be UTF-8.
    private var checkedEnd: Int

    private init(_ text: Text, isUTF8: Bool, _ compiler: EntryCompiler) {
        self.text = text
        self.compiler = compiler
        checkedEnd = isUTF8 ? text.count : 0
    }

    // MARK: - Loading

    typealias Result = (document: LoadedDocument, program: Program)

    /// Loads a document.
    ///
    /// - Parameters:
    ///   - bytes: The document; retained where it is loaded as a whole.
    ///   - previous: The document to share entries with.
    /// - Returns: What the ruleset retains of the document, and its program.
    /// - Throws: Why the document as a whole can't be used.
    static func load(_ bytes: [UInt8], replacing previous: LoadedDocument?) throws(DocumentError) -> Result {
        if let previous, let result = loadChanges(bytes, since: previous) { return result }
        let held = DocumentBytes(bytes)
        let text = held.text
        do throws(DecodingFailure) {
            if let offset = UTF8Check.firstInvalidOffset(in: text.bytes) { throw DecodingFailure(notUTF8At: offset) }
            let rows = Region(capacity: max(text.count / 4, 256))
            var loader = DocumentLoader(text, isUTF8: true, EntryCompiler(rows: rows, replacing: nil))
            try loader.decode()
            return loader.result(loader.parts.texts, DocumentMemory(held, rows: rows))
        } catch {
            throw DocumentLoader.error(error, in: text)
        }
    }

    /// Loads what a document has changed; only that is retained of it.
    ///
    /// - Returns: `nil` where sharing isn't worth it, or the document can't be used: loading it as a whole tells why.
    private static func loadChanges(_ bytes: [UInt8], since previous: LoadedDocument) -> Result? {
        bytes.withUnsafeBufferPointer { buffer in
            let text = Text(buffer)
            guard previous.memory.mayGrow(for: text) else { return nil }
            let rows = Region(capacity: 4_096)
            var loader = DocumentLoader(text, isUTF8: false, EntryCompiler(rows: rows, replacing: previous.entries))
            guard (try? loader.decode()) != nil else { return nil }
            let partTexts = loader.parts.texts.stored(in: rows, replacing: previous.partTexts)
            guard let memory = previous.memory.adding(rows) else { return nil }
            return loader.result(partTexts, memory)
        }
    }

    private func result(_ partTexts: DocumentParts.Texts, _ memory: DocumentMemory) -> Result {
        let (program, tables) = ProgramLinker.link(compiler.entries, parts, storedTexts: partTexts)
        let document = LoadedDocument(
            compiler.entries, metadata: parts.metadata, partTexts: partTexts, issues: issues, memory: memory,
            tables: tables)
        return (document, program)
    }

    private static func error(_ failure: DecodingFailure, in text: Text) -> DocumentError {
        var reader = DocumentReader(text)
        guard reader.saysNoUpdates() else { return DocumentError(failure, in: text) }
        let failure = DecodingFailure(
            offset: 0, path: "has_updates", message: "the document says that there are no updates", isSyntax: false)
        return DocumentError(.noUpdates, failure, in: text)
    }

    // MARK: - The document

    private mutating func decode() throws(DecodingFailure) {
        var reader = DocumentReader(text)
        var hasUpdates = true
        var hasConditions = false
        var hasLayersOfExperiments = false
        try reader.members(of: TopLevelMember.table) { (reader, member) throws(DecodingFailure) in
            switch member {
            case .hasUpdates: hasUpdates = try reader.bool()
            case .featureGates: try specs(.gates, &reader)
            case .dynamicConfigs: try specs(.configs, &reader)
            case .layerConfigs: try specs(.layers, &reader)
            case .conditionMap:
                hasConditions = true
                try conditions(&reader)
            case .experimentToLayer:
                hasLayersOfExperiments = true
                try parts.decode(member, &reader)
            default: try parts.decode(member, &reader)
            }
        }
        if compiler.entries.format == .v2 {
            for (name, isThere) in [("condition_map", hasConditions), ("experiment_to_layer", hasLayersOfExperiments)]
            where !isThere {
                throw reader.failure("the member \"\(name)\" is missing", at: 0)
            }
        }
        guard hasUpdates else { throw reader.failure("the document says that there are no updates", at: 0) }
        try checkUTF8(upTo: text.count, reader)
    }

    /// A map of specs by name, or a list of specs that contain their names.
    private mutating func specs(_ section: SpecSection, _ reader: inout DocumentReader) throws(DecodingFailure) {
        let format: DocumentFormat = try reader.kind() == .array ? .v1 : .v2
        compiler.begin(section, format)
        try reader.entries { (reader) throws(DecodingFailure) in
            let start = reader.position
            // Only in a list an entry starts with a brace. Otherwise it isn't JSON, even if its text is a known one.
            if reader.isAtBrace == (format == .v1), try skipShared(compiler.share(section, reader.rest), &reader) {
                return
            }
            let name: JSONString
            let spec: DecodedSpec?
            switch format {
            case .v1:
                name = try reader.nameOfSpecInList()
                spec = try self.spec(name, section, format, &reader)
            case .v2:
                (name, spec) = try reader.member { (reader, name) throws(DecodingFailure) in
                    (name, try self.spec(name, section, format, &reader))
                }
            }
            try checkUTF8(upTo: reader.position, reader)
            compiler.compile(section, name, spec, text: reader.text(from: start))
        }
    }

    /// A spec, or `nil` for a malformed one, which becomes an issue.
    private mutating func spec(
        _ name: JSONString, _ section: SpecSection, _ format: DocumentFormat, _ reader: inout DocumentReader
    ) throws(DecodingFailure) -> DecodedSpec? {
        let start = reader.mark
        do throws(DecodingFailure) {
            let spec = try reader.spec(section, format)
            if let assumption = spec.assumption {
                issues.append(SpecIssue(name: name.string, assumption, isDropped: false))
            }
            return spec
        } catch {
            if error.isSyntax { throw error }
            reader.rewind(to: start)
            try reader.skip()
            issues.append(SpecIssue(name: name.string, error, isDropped: true))
            return nil
        }
    }

    private mutating func conditions(_ reader: inout DocumentReader) throws(DecodingFailure) {
        let kind = try reader.kind()
        guard kind == .object else { throw reader.expected("an object", found: kind) }
        try reader.entries { (reader) throws(DecodingFailure) in
            let start = reader.position
            if try skipShared(compiler.shareCondition(reader.rest), &reader) { return }
            let (id, condition) = try reader.member { (reader, id) throws(DecodingFailure) in
                (id, try reader.condition(.v2))
            }
            try checkUTF8(upTo: reader.position, reader)
            compiler.compile(id, condition, text: reader.text(from: start))
        }
    }

    // MARK: - Text

    /// Moves past an entry that is shared, whose text has been checked when it was loaded.
    private mutating func skipShared(_ count: Int, _ reader: inout DocumentReader) throws(DecodingFailure) -> Bool {
        guard count > 0 else { return false }
        try checkUTF8(upTo: reader.position, reader)
        reader.skip(byteCount: count)
        checkedEnd = max(checkedEnd, reader.position)
        return true
    }

    private mutating func checkUTF8(upTo end: Int, _ reader: DocumentReader) throws(DecodingFailure) {
        guard checkedEnd < end else { return }
        let unchecked = reader.reader.slice(checkedEnd..<end)
        if let offset = UTF8Check.firstInvalidOffset(in: unchecked.bytes) {
            throw DecodingFailure(notUTF8At: checkedEnd + offset)
        }
        checkedEnd = end
    }
}

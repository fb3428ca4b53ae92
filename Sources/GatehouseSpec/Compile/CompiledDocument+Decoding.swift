// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension CompiledDocument {
    /// Decodes and compiles a whole document, which keeps `bytes`.
    static func decode(_ bytes: [UInt8]) throws(SpecError) -> CompiledDocument {
        let held = DocumentBytes(bytes)
        let text = held.text
        if let offset = UTF8Check.firstInvalidOffset(in: text.bytes) {
            throw SpecError(.notJSON, DecodingFailure(notUTF8At: offset), in: text.bytes)
        }
        do {
            var format: SpecDocument.Format?
            while true {
                let rows = Region(capacity: max(text.count / 4, 256))
                var decoder = DocumentDecoder(text, isUTF8: true, RulesetCompiler(rows: rows, format: format))
                let header = try decoder.document()
                if decoder.consumer.hasGuessedWrong, format == nil {
                    format = decoder.consumer.format
                    continue
                }
                return CompiledDocument(
                    decoder.consumer, header, kept: header.texts, issues: decoder.issues,
                    memory: DocumentMemory(held, rows: rows))
            }
        } catch {
            throw CompiledDocument.error(error, in: text)
        }
    }

    /// Decodes and compiles what is new in a document, of which nothing but that is kept.
    ///
    /// - Returns: `nil` where it isn't worth it, or the document can't be used: decoding it as a whole tells.
    static func decode(_ bytes: [UInt8], replacing previous: CompiledDocument) -> CompiledDocument? {
        let rows = Region(capacity: 4_096)
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let text = Text(base: base, count: buffer.count)
            var decoder = DocumentDecoder(text, isUTF8: false, RulesetCompiler(rows: rows, replacing: previous))
            guard let header = try? decoder.document(), decoder.consumer.format == previous.format,
                !decoder.consumer.hasGuessedWrong
            else { return nil }
            let kept = header.texts.kept(in: rows, replacing: previous.headerTexts)
            guard let memory = previous.memory.adding(rows, of: text) else { return nil }
            return CompiledDocument(decoder.consumer, header, kept: kept, issues: decoder.issues, memory: memory)
        }
    }

    private static func error(_ failure: DecodingFailure, in text: Text) -> SpecError {
        var reader = DocumentReader(text)
        if reader.saysNoUpdates() {
            let failure = DecodingFailure(
                offset: 0, path: "has_updates", message: "the document says that there are no updates",
                isSyntax: false)
            return SpecError(.noUpdates, failure, in: text.bytes)
        }
        return SpecError(failure.isSyntax ? .notJSON : .unexpectedStructure, failure, in: text.bytes)
    }
}

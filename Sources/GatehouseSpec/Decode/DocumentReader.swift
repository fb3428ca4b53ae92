// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Reads the JSON of documents with strict types: it converts none, and accepts `null` only where that is allowed
/// (Evaluation §1.1).
struct DocumentReader {
    var reader: JSONReader
    private(set) var path: [PathStep] = []
    /// The first member of the spec under way that got the default of older SDKs, as a failure that isn't thrown.
    var assumption: DecodingFailure?

    /// A step of the path from the outermost value to the one being read.
    enum PathStep {
        case member(JSONString)
        case index(Int)
    }

    init(_ text: Text) {
        reader = JSONReader(text)
        path.reserveCapacity(16)
    }

    // MARK: - Failures

    func failure(_ message: String, at offset: Int? = nil) -> DecodingFailure {
        DecodingFailure(offset: offset ?? reader.position, path: renderedPath, message: message, isSyntax: false)
    }

    private func failure(_ error: JSONError) -> DecodingFailure {
        DecodingFailure(
            offset: error.offset, path: renderedPath, message: error.kind.rawValue, isSyntax: !error.isSkippable)
    }

    /// Calls `body` with the JSON reader and adds the path to its error.
    mutating func json<R>(_ body: (inout JSONReader) throws(JSONError) -> R) throws(DecodingFailure) -> R {
        do {
            return try body(&reader)
        } catch {
            throw failure(error)
        }
    }

    func expected(_ what: StaticString, found kind: JSONReader.Kind) -> DecodingFailure {
        failure("expected \(what), found \(kind)")
    }

    private var renderedPath: String {
        path.reduce(into: "") { result, step in
            switch step {
            case .index(let index): result += "[\(index)]"
            case .member(let name):
                let text = name.string
                let shown = text.count > 60 ? text.prefix(59) + "…" : text[...]
                result += result.isEmpty ? "\(shown)" : ".\(shown)"
            }
        }
    }

    // MARK: - Values

    mutating func kind() throws(DecodingFailure) -> JSONReader.Kind {
        try json { (reader) throws(JSONError) in try reader.peek() }
    }

    /// Whether the value is `null`, which is then consumed.
    mutating func isNull() throws(DecodingFailure) -> Bool {
        guard try kind() == .null else { return false }
        try json { (reader) throws(JSONError) in try reader.null() }
        return true
    }

    mutating func string() throws(DecodingFailure) -> JSONString {
        let kind = try kind()
        guard kind == .string else { throw expected("a string", found: kind) }
        return try json { (reader) throws(JSONError) in try reader.string() }
    }

    mutating func bool() throws(DecodingFailure) -> Bool {
        let kind = try kind()
        guard kind == .bool else { throw expected("true or false", found: kind) }
        return try json { (reader) throws(JSONError) in try reader.bool() }
    }

    mutating func number() throws(DecodingFailure) -> JSONNumber {
        let kind = try kind()
        guard kind == .number else { throw expected("a number", found: kind) }
        let start = position
        let number = try json { (reader) throws(JSONError) in try reader.number() }
        guard number.isFinite else { throw failure(JSONError(.numberOutOfRange, at: start)) }
        return number
    }

    mutating func double() throws(DecodingFailure) -> Double { try number().float }

    mutating func unsigned(upTo maximum: UInt64 = .max) throws(DecodingFailure) -> UInt64 {
        let start = position
        let number = try number()
        guard let value = number.unsigned, value <= maximum else {
            throw failure("expected an integer from 0 to \(maximum), found \(number.text.string.prefix(40))", at: start)
        }
        return value
    }

    mutating func integer() throws(DecodingFailure) -> Int64 {
        let start = position
        let number = try number()
        guard case .integer(let value) = number.value else {
            throw failure("expected a 64-bit integer, found \(number.text.string.prefix(40))", at: start)
        }
        return value
    }

    mutating func version() throws(DecodingFailure) -> UInt32 {
        UInt32(truncatingIfNeeded: try unsigned(upTo: UInt64(UInt32.max)))
    }

    mutating func strings() throws(DecodingFailure) -> [JSONString] {
        var result: [JSONString] = []
        try elements { (reader) throws(DecodingFailure) in result.append(try reader.string()) }
        return result
    }

    /// The bytes of a value of any kind, which has to be readable as part of the document (Evaluation §1.1).
    mutating func raw() throws(DecodingFailure) -> Text {
        try readable { (reader) throws(DecodingFailure) in try reader.skipped() }
    }

    /// Calls `body`, and fails where a value that it skips can't be read as part of the document.
    mutating func readable<R>(
        _ body: (inout DocumentReader) throws(DecodingFailure) -> R
    ) throws(DecodingFailure) -> R {
        reader.watchSkippedValues(fromHere: false)
        let result = try body(&self)
        if let fault = reader.skippedFault { throw failure(fault) }
        return result
    }

    /// The bytes of a value of any kind that is read by itself, `nil` for one that can't be read (Evaluation §1.1).
    mutating func rawByItself() throws(DecodingFailure) -> Text? {
        reader.watchSkippedValues(fromHere: true)
        let text = try skipped()
        return reader.skippedFault == nil ? text : nil
    }

    /// The bytes of a value of any kind that only has to follow JSON's grammar.
    mutating func skipped() throws(DecodingFailure) -> Text {
        try json { (reader) throws(JSONError) in try reader.skipValue() }
    }

    mutating func skip() throws(DecodingFailure) { _ = try skipped() }

    // MARK: - Values that may be null

    mutating func optionalString() throws(DecodingFailure) -> JSONString? { try isNull() ? nil : try string() }

    mutating func optionalBool() throws(DecodingFailure) -> Bool? { try isNull() ? nil : try bool() }

    mutating func optionalDouble() throws(DecodingFailure) -> Double? { try isNull() ? nil : try double() }

    mutating func optionalVersion() throws(DecodingFailure) -> UInt32? { try isNull() ? nil : try version() }

    mutating func optionalStrings() throws(DecodingFailure) -> [JSONString]? { try isNull() ? nil : try strings() }

    // MARK: - Objects and arrays

    /// Visits the members of an object; `body` has to consume each value.
    mutating func members(
        _ body: (inout DocumentReader, JSONString) throws(DecodingFailure) -> Void
    ) throws(DecodingFailure) {
        let kind = try kind()
        guard kind == .object else { throw expected("an object", found: kind) }
        try json { (reader) throws(JSONError) in try reader.enterObject() }
        var isFirst = true
        while let name = try json({ (reader) throws(JSONError) in try reader.nextMember(&isFirst) }) {
            path.append(.member(name))
            try body(&self, name)
            path.removeLast()
        }
    }

    /// Visits the elements of an array; `body` has to consume each value.
    mutating func elements(
        _ body: (inout DocumentReader) throws(DecodingFailure) -> Void
    ) throws(DecodingFailure) {
        let kind = try kind()
        guard kind == .array else { throw expected("an array", found: kind) }
        try json { (reader) throws(JSONError) in try reader.enterArray() }
        var isFirst = true
        var index = 0
        while try json({ (reader) throws(JSONError) in try reader.nextElement(&isFirst) }) {
            path.append(.index(index))
            try body(&self)
            path.removeLast()
            index += 1
        }
    }

    /// Visits the members of an object or the elements of an array at their first byte, which for a member is the quote
    /// of its name; `body` has to consume each.
    mutating func entries(
        _ body: (inout DocumentReader) throws(DecodingFailure) -> Void
    ) throws(DecodingFailure) {
        let kind = try kind()
        guard kind == .object || kind == .array else { throw expected("an object", found: kind) }
        try json { (reader) throws(JSONError) in
            if kind == .object { try reader.enterObject() } else { try reader.enterArray() }
        }
        var isFirst = true
        var index = 0
        while try json({ (reader) throws(JSONError) in
            kind == .object ? try reader.nextMemberStart(&isFirst) : try reader.nextElement(&isFirst)
        }) {
            if kind == .array { path.append(.index(index)) }
            try body(&self)
            if kind == .array { path.removeLast() }
            index += 1
        }
    }

    /// Reads a member's name up to its value, which `body` has to consume.
    mutating func member<R>(
        _ body: (inout DocumentReader, JSONString) throws(DecodingFailure) -> R
    ) throws(DecodingFailure) -> R {
        let name = try json { (reader) throws(JSONError) in try reader.memberName() }
        path.append(.member(name))
        let result = try body(&self, name)
        path.removeLast()
        return result
    }

    // MARK: - Positions

    /// Bytes from the start of the text.
    var position: Int { reader.position }

    /// The rest of the text.
    var rest: Text { reader.slice(reader.position..<reader.end) }

    /// Whether an object starts at the current byte, without white space in front.
    var isAtBrace: Bool { reader.position < reader.end && rest.base?.pointee == UInt8(ascii: "{") }

    /// The text between an earlier position and the current one.
    func text(from start: Int) -> Text { reader.slice(start..<reader.position) }

    /// Moves past bytes that are known to hold one whole value.
    mutating func skip(byteCount: Int) {
        reader.position += byteCount
    }

    /// A position to return to.
    struct Mark {
        fileprivate let reader: JSONReader
        fileprivate let depth: Int
    }

    var mark: Mark { Mark(reader: reader, depth: path.count) }

    /// Returns to a position at which the current value or one around it starts.
    mutating func rewind(to mark: Mark) {
        reader = mark.reader
        path.removeLast(path.count - mark.depth)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Reads members of documents with strict types: no coercion, `null` only where it is allowed (Evaluation §1.1).
struct DocumentReader {
    var reader: JSONReader
    var path: [PathStep] = []

    init(_ text: Text) {
        reader = JSONReader(text)
        path.reserveCapacity(16)
    }

    // MARK: - Failing

    func failure(_ message: String, at offset: Int? = nil) -> DecodingFailure {
        DecodingFailure(
            offset: offset ?? reader.position, path: PathStep.render(path), message: message, isSyntax: false)
    }

    private func failure(_ error: JSONError) -> DecodingFailure {
        DecodingFailure(
            offset: error.offset, path: PathStep.render(path), message: error.kind.rawValue, isSyntax: true)
    }

    /// Runs a step of the JSON reader and says where it failed.
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
        return try json { (reader) throws(JSONError) in try reader.number() }
    }

    mutating func double() throws(DecodingFailure) -> Double { try number().float }

    mutating func unsigned(upTo limit: UInt64 = .max) throws(DecodingFailure) -> UInt64 {
        let start = reader.position
        let number = try number()
        guard let value = number.unsigned, value <= limit else {
            throw failure("expected an integer from 0 to \(limit), found \(number.text.string.prefix(40))", at: start)
        }
        return value
    }

    mutating func integer() throws(DecodingFailure) -> Int64 {
        let start = reader.position
        let number = try number()
        guard case .integer(let value) = number.value else {
            throw failure("expected a 64-bit integer, found \(number.text.string.prefix(40))", at: start)
        }
        return value
    }

    /// The bytes of any value.
    mutating func raw() throws(DecodingFailure) -> Text {
        try json { (reader) throws(JSONError) in try reader.skipValue() }
    }

    mutating func skip() throws(DecodingFailure) { _ = try raw() }

    // MARK: - Containers

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

    mutating func strings() throws(DecodingFailure) -> [JSONString] {
        var result: [JSONString] = []
        try elements { (reader) throws(DecodingFailure) in result.append(try reader.string()) }
        return result
    }

    /// A value, or `nil` for `null`.
    mutating func optional<R>(
        _ body: (inout DocumentReader) throws(DecodingFailure) -> R
    ) throws(DecodingFailure) -> R? {
        try isNull() ? nil : try body(&self)
    }
}

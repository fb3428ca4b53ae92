// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension DocumentReader {
    /// Bytes from the start of the text.
    var position: Int { reader.position }

    /// The rest of the text.
    var ahead: Text { reader.slice(reader.position..<reader.end) }

    /// Whether an object starts here, without white space in front.
    var isAtBrace: Bool { reader.position < reader.end && ahead.base?.pointee == UInt8(ascii: "{") }

    /// Visits the members of an object or the elements of an array, each from its first byte: for a member, from the quote
    /// of its name.
    ///
    /// `body` has to consume each.
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

    /// A member's name, up to its value.
    mutating func memberName() throws(DecodingFailure) -> JSONString {
        try json { (reader) throws(JSONError) in try reader.memberName() }
    }

    /// What has been read since `start`.
    func text(from start: Int) -> Text { reader.slice(start..<reader.position) }

    /// The name inside a spec of `dcs-v1`, without moving; empty when it has none, for which decoding it will say why.
    func nameOfInlineSpec() throws(DecodingFailure) -> JSONString {
        var copy = self
        guard try copy.kind() == .object else { return .empty }
        var result = JSONString.empty
        try copy.members { (reader, name) throws(DecodingFailure) in
            if name == "name", try reader.kind() == .string {
                result = try reader.string()
            } else {
                try reader.skip()
            }
        }
        return result
    }

    /// Whether a document that can't be used says at least that there is nothing new (Evaluation §24).
    mutating func saysNoUpdates() -> Bool {
        var result = false
        let isReadable: Void? = try? members { (reader, name) throws(DecodingFailure) in
            if name == "has_updates" {
                result = try !reader.bool()
            } else {
                try reader.skip()
            }
        }
        return isReadable != nil && result
    }

    /// Moves past bytes that are known to hold one whole value.
    mutating func skip(byteCount: Int) {
        reader.position += byteCount
    }
}

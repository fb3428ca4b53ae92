// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// The value ahead as a tree.
    package mutating func value() throws(JSONError) -> Value {
        switch try peek() {
        case .null:
            try null()
            return .null
        case .bool: return .bool(try bool())
        case .number:
            let start = position
            let number = try number()
            guard number.isFinite else { throw JSONError(.numberOutOfRange, at: start) }
            return number.value
        case .string: return .string(try string().string)
        case .array:
            var elements: [Value] = []
            try enterArray()
            var isFirst = true
            while try nextElement(&isFirst) { elements.append(try value()) }
            return .array(elements)
        case .object: return .object(try object())
        }
    }

    private mutating func object() throws(JSONError) -> Object {
        var members: [Object.Member] = []
        var names = MemberNames()
        try enterObject()
        var isFirst = true
        while let name = try nextMember(&isFirst) {
            let value = try value()
            if let earlier = names.insert(name) {
                members[earlier].value = value
            } else {
                members.append((name.string, value))
            }
        }
        return Object(distinct: members)
    }
}

extension Value {
    /// Reads bytes that hold one JSON value; the result is `nil` when they aren't one value of valid JSON.
    ///
    /// - Parameter bytes: UTF-8; white space around the value is allowed.
    package init?(json bytes: [UInt8]) {
        guard let value = bytes.withUnsafeBufferPointer({ Value(json: Text($0)) }) else { return nil }
        self = value
    }

    /// The value as JSON in UTF-8, without white space between tokens.
    package var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The value that JSON text stands for, or `nil` when it isn't one value of valid JSON.
    package init?(json text: Text) {
        guard UTF8Check.firstInvalidOffset(in: text.bytes) == nil else { return nil }
        var reader = JSONReader(text)
        guard let value = try? reader.value() else { return nil }
        reader.skipWhitespace()
        guard reader.position == reader.end else { return nil }
        self = value
    }
}

/// The names of an object's members read so far, to find names that occur twice.
///
/// Few names are compared one by one; more are hashed, so that a hostile object with a million members takes linear time.
struct MemberNames {
    private var few: [JSONString] = []
    private var many: DistinctTexts?
    /// For names with escapes, once they are hashed.
    private var region: Region?
    private static let scannedCount = 16

    /// Adds a name.
    ///
    /// - Returns: The position of the same name where it isn't new.
    mutating func insert(_ name: JSONString) -> Int? {
        if many != nil { return insertHashed(name) }
        if let earlier = few.firstIndex(where: { $0 == name }) { return earlier }
        few.append(name)
        if few.count > MemberNames.scannedCount { hash() }
        return nil
    }

    private mutating func hash() {
        many = DistinctTexts(expecting: few.count * 2)
        for name in few { _ = insertHashed(name) }
        few = []
    }

    private mutating func insertHashed(_ name: JSONString) -> Int? {
        let text = name.hasEscapes ? name.text(in: ownRegion()) : name.raw
        guard let (position, isNew) = many?.insert(text), !isNew else { return nil }
        return position
    }

    private mutating func ownRegion() -> Region {
        if let region { return region }
        let made = Region(capacity: 256)
        region = made
        return made
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a condition compares: a value of the user, or one computed for it, without owning anything.
struct ValueView: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        /// No value at all. Operators read it like null.
        case none
        case null, bool
        /// Three kinds of number: with sign, without, and with a fraction.
        case integer, unsigned, double
        case string, array, object
        /// The time of the evaluation, which only the time operators can read (Evaluation §6, `current_time`).
        case time
    }

    let kind: Kind
    /// The text view, missing where the value has none.
    let text: Text
    /// As in ``UserValue``; of a time the milliseconds.
    private let bits: UInt64
    /// Where the children of an array or object are.
    let store: ValueStore

    @inline(__always)
    private init(_ kind: Kind, text: Text, bits: UInt64, store: ValueStore) {
        self.kind = kind
        self.text = text
        self.bits = bits
        self.store = store
    }

    static var none: ValueView { ValueView(.none, text: .missing, bits: 0, store: ValueStore()) }

    /// A computed text: a group name, a country, a part of the user agent.
    @inline(__always)
    static func string(_ text: Text) -> ValueView { ValueView(.string, text: text, bits: 0, store: ValueStore()) }

    /// The time of the evaluation in ms.
    static func time(_ milliseconds: Int64) -> ValueView {
        ValueView(.time, text: .missing, bits: UInt64(bitPattern: milliseconds), store: ValueStore())
    }

    /// A bucket, with its decimal text.
    @inline(__always)
    static func bucket(_ bucket: Int, text: Text) -> ValueView {
        ValueView(.integer, text: text, bits: UInt64(bucket), store: ValueStore())
    }

    @inline(__always)
    init(_ row: UserValue, in store: ValueStore) {
        let kind: Kind =
            switch row.kind {
            case .absent: .none
            case .null: .null
            case .bool: .bool
            case .integer: .integer
            case .unsigned: .unsigned
            case .double: .double
            case .string: .string
            case .array: .array
            case .object: .object
            }
        self.init(kind, text: store.text(of: row), bits: row.bits, store: store)
    }

    // MARK: - Other views

    var bool: Bool { kind == .bool && bits != 0 }

    /// The number, 0 for kinds that aren't one.
    var number: Double {
        switch kind {
        case .integer: Double(Int64(bitPattern: bits))
        case .unsigned: Double(bits)
        case .double: Double(bitPattern: bits)
        default: 0
        }
    }

    /// The integer view of a number or a time.
    var integer: Int64? {
        switch kind {
        case .integer, .time: Int64(bitPattern: bits)
        case .unsigned, .double: NumberText.truncatedInteger(number)
        default: nil
        }
    }

    /// The rows of an array's elements or an object's members.
    var children: UnsafeBufferPointer<UserValue> {
        guard kind == .array || kind == .object else { return UnsafeBufferPointer() }
        var row = UserValue()
        row.bits = bits
        return store.rows(row.children)
    }

    var childCount: Int { children.count }

    /// An array's element; nothing beyond its end.
    func child(_ index: Int) -> ValueView {
        let children = children
        guard children.indices.contains(index) else { return .none }
        return ValueView(children[index], in: store)
    }

    /// The name of an object's member.
    func name(ofChild index: Int) -> Text { store.name(of: children[index]) }

    /// An object's member; nothing when there is none.
    func member(_ name: Text) -> ValueView { store.find(name, in: children) ?? .none }

    /// The float view: the number, or what the text parses to (Evaluation §2.1, §2.3).
    @inline(__always)
    var float: Double? {
        switch kind {
        case .integer, .unsigned, .double: number
        case .string: NumberText.parseFloat(text.bytes.span)
        default: nil
        }
    }

    /// The time in ms or s that a time operator reads on the user's side (Evaluation §7.4).
    var timestamp: Int64? {
        switch kind {
        case .integer, .unsigned, .double, .time: integer
        case .string: TimestampText.userSide(text.bytes)
        default: nil
        }
    }
}

extension ValueView {
    /// Lends the JSON of an object.
    ///
    /// It is written on each call: unlike an array's JSON it isn't stored with the value, because few conditions read it.
    func withJSON<R>(_ body: (Text) -> R) -> R {
        var writer = JSONWriter()
        store.write(objectOf: children, into: &writer)
        return writer.bytes.withUnsafeBufferPointer { body(Text($0)) }
    }
}

extension ValueStore {
    /// Writes an object of rows that have names.
    func write(objectOf members: UnsafeBufferPointer<UserValue>, into writer: inout JSONWriter) {
        writer.raw("{")
        for (index, row) in members.enumerated() {
            if index > 0 { writer.raw(",") }
            write(member: row, into: &writer)
        }
        writer.raw("}")
    }

    /// Writes a row's name and value.
    func write(member row: UserValue, into writer: inout JSONWriter) {
        writer.string(name(of: row))
        writer.raw(":")
        write(valueOf: row, into: &writer)
    }

    /// Writes a row's value.
    func write(valueOf row: UserValue, into writer: inout JSONWriter) {
        switch row.kind {
        case .absent, .null: writer.raw("null")
        case .bool: writer.bool(row.bits != 0)
        case .integer: writer.integer(Int64(bitPattern: row.bits))
        case .unsigned: writer.integer(row.bits)
        case .double: writer.double(Double(bitPattern: row.bits))
        case .string: writer.string(text(of: row))
        case .array: writer.raw(text(of: row))
        case .object: write(objectOf: rows(row.children), into: &writer)
        }
    }
}

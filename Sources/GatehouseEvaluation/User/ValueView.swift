// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a condition compares: a value of the user, or one computed for it, without owning anything.
struct ValueView {
    enum Kind: UInt8 {
        /// No value at all. Operators read it like null.
        case none
        case null, bool, number, string, array, object
        /// The time of the evaluation, which only the time operators can read (Evaluation §6, `current_time`).
        case time
    }

    let kind: Kind
    let bool: Bool
    /// The text view, missing where the value has none.
    let text: Text
    /// The number, for kinds that don't read it from their text.
    let number: Double
    /// The integer view of a number or a time.
    let integer: Int64?
    /// Where the children of an array or object are.
    let store: ValueStore
    let childStart: Int
    let childCount: Int

    @inline(__always)
    private init(
        _ kind: Kind, bool: Bool = false, text: Text = .missing, number: Double = 0, integer: Int64? = nil,
        store: ValueStore = ValueStore(), childStart: Int = 0, childCount: Int = 0
    ) {
        self.kind = kind
        self.bool = bool
        self.text = text
        self.number = number
        self.integer = integer
        self.store = store
        self.childStart = childStart
        self.childCount = childCount
    }

    static var none: ValueView { ValueView(.none) }

    /// A computed text: a group name, a country, a part of the user agent.
    @inline(__always)
    static func string(_ text: Text) -> ValueView { ValueView(.string, text: text) }

    /// The time of the evaluation in ms.
    static func time(_ milliseconds: Int64) -> ValueView { ValueView(.time, integer: milliseconds) }

    /// A bucket, with its decimal text.
    @inline(__always)
    static func bucket(_ bucket: Int, text: Text) -> ValueView {
        ValueView(.number, text: text, number: Double(bucket), integer: Int64(bucket))
    }

    @inline(__always)
    init(_ row: UserValue, in store: ValueStore) {
        let text = row.textCount < 0 ? Text.missing : Text(base: store.bytes + row.textStart, count: row.textCount)
        switch row.kind {
        case .null: self.init(.null)
        case .bool: self.init(.bool, bool: row.bool, text: text)
        case .integer:
            let integer = Int64(bitPattern: row.bits)
            self.init(.number, text: text, number: Double(integer), integer: integer)
        case .unsigned:
            let number = Double(row.bits)
            self.init(.number, text: text, number: number, integer: NumberText.truncatedInteger(number))
        case .double:
            let number = Double(bitPattern: row.bits)
            self.init(.number, text: text, number: number, integer: NumberText.truncatedInteger(number))
        case .string: self.init(.string, text: text)
        case .array:
            self.init(.array, text: text, store: store, childStart: row.childStart, childCount: row.childCount)
        case .object: self.init(.object, store: store, childStart: row.childStart, childCount: row.childCount)
        }
    }

    /// An array's element; nothing beyond its end.
    func child(_ index: Int) -> ValueView {
        guard index >= 0, index < childCount else { return .none }
        return ValueView(store.children[childStart + index], in: store)
    }

    /// The name of an object's member.
    func name(ofChild index: Int) -> Text { store.name(of: store.children[childStart + index]) }

    /// An object's member; nothing when there is none.
    func member(_ name: Text) -> ValueView {
        for index in childStart..<(childStart + childCount) {
            let row = store.children[index]
            if store.name(of: row) == name { return ValueView(row, in: store) }
        }
        return .none
    }

    /// The float view: the number, or what the text parses to (Evaluation §2.1, §2.3).
    @inline(__always)
    var float: Double? {
        switch kind {
        case .number: number
        case .string: NumberText.parseFloat(text.bytes)
        default: nil
        }
    }

    /// The time in ms or s that a time operator reads on the user's side (Evaluation §7.4).
    var timestamp: Int64? {
        switch kind {
        case .number, .time: integer
        case .string: TimestampText.userSide(text.bytes)
        default: nil
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A type whose values members of JSON objects have.
protocol JSONRepresentable: Sendable {
    /// Reads a value, `nil` for a value of another kind.
    init?(json: Value)
    var json: Value { get }
}

/// A member of a JSON object: its name, its type, and what a missing member stands for.
struct Member<T: Sendable>: Sendable {
    let name: String
    private let reading: @Sendable (Value?) -> T
    private let writing: @Sendable (T) -> Value?

    /// Describes a member that reads as a default when it is missing or of another kind.
    init(_ name: String, default value: T) where T: JSONRepresentable {
        self.name = name
        reading = { $0.flatMap(T.init(json:)) ?? value }
        writing = { $0.json }
    }

    /// Describes a member that may be missing.
    ///
    /// - Parameters:
    ///   - name: The member's name.
    ///   - absent: What is written for `nil`; `nil` removes the member.
    init<Wrapped: JSONRepresentable>(_ name: String, absent: Value? = nil) where T == Wrapped? {
        self.name = name
        reading = { $0.flatMap(Wrapped.init(json:)) }
        writing = { $0?.json ?? absent }
    }

    func value(in object: Object) -> T { reading(object[name]) }

    func set(_ value: T, in object: inout Object) { object[name] = writing(value) }
}

/// A JSON object with typed members.
///
/// Reads and writes go to the object itself: members that no type describes stay, and all members keep their order.
@dynamicMemberLookup
protocol Record: JSONRepresentable, Equatable {
    /// The members, one property each.
    associatedtype Members: Sendable
    static var members: Members { get }
    var object: Object { get set }
    init(_ object: Object)
}

extension Record {
    subscript<T>(dynamicMember path: KeyPath<Members, Member<T>>) -> T {
        get { Self.members[keyPath: path].value(in: object) }
        set { Self.members[keyPath: path].set(newValue, in: &object) }
    }

    /// Whether a member is there, whatever its value is.
    func has<T>(_ path: KeyPath<Members, Member<T>>) -> Bool { object[Self.members[keyPath: path].name] != nil }

    /// A member as it stands in the object, for members that are carried over whatever they are.
    func raw<T>(_ path: KeyPath<Members, Member<T>>) -> Value? { object[Self.members[keyPath: path].name] }

    /// Carries a member over as it stands in another object, missing included.
    mutating func setRaw<T>(_ path: KeyPath<Members, Member<T>>, _ value: Value?) {
        object[Self.members[keyPath: path].name] = value
    }

    init?(json: Value) {
        guard let object = json.object else { return nil }
        self.init(object)
    }

    var json: Value { .object(object) }
}

// MARK: - Types of members

extension String: JSONRepresentable {
    init?(json: Value) {
        guard let text = json.string else { return nil }
        self = text
    }
    var json: Value { .string(self) }
}

extension Bool: JSONRepresentable {
    init?(json: Value) {
        guard let flag = json.bool else { return nil }
        self = flag
    }
    var json: Value { .bool(self) }
}

extension Double: JSONRepresentable {
    init?(json: Value) {
        guard let number = json.double else { return nil }
        self = number
    }
    var json: Value { .number(self) }
}

extension Int64: JSONRepresentable {
    init?(json: Value) {
        guard let integer = json.integer else { return nil }
        self = integer
    }
    var json: Value { .integer(self) }
}

extension Int: JSONRepresentable {
    init?(json: Value) {
        guard let integer = json.integer else { return nil }
        self.init(clamping: integer)
    }
    var json: Value { .integer(Int64(self)) }
}

extension Object: JSONRepresentable {
    init?(json: Value) {
        guard let object = json.object else { return nil }
        self = object
    }
    var json: Value { .object(self) }
}

extension Value: JSONRepresentable {
    init?(json: Value) { self = json }
    var json: Value { self }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
    /// Elements of another kind are left out.
    init?(json: Value) {
        guard let elements = json.array else { return nil }
        self = elements.compactMap(Element.init(json:))
    }
    var json: Value { .array(map(\.json)) }
}

extension JSONRepresentable where Self: RawRepresentable, RawValue == String {
    init?(json: Value) {
        guard let text = json.string, let value = Self(rawValue: text) else { return nil }
        self = value
    }
    var json: Value { .string(rawValue) }
}

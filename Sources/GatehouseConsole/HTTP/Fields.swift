// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The members of a request's body, read with all that is wrong with them.
struct Fields {
    private let object: Object
    private(set) var errors: [FieldError] = []

    /// Reads a body that has to be a JSON object.
    init(_ body: [UInt8]) throws(APIError) {
        guard let value = JSON.value(body) else { throw .invalid("body", "body must be valid JSON") }
        guard let object = value.object else { throw .invalid("body", "body must be an object") }
        self.object = object
    }

    /// Throws what was found wrong so far.
    func check() throws(APIError) {
        if !errors.isEmpty { throw .invalid(errors) }
    }

    mutating func refuse(_ name: String, _ message: String) {
        errors.append(FieldError(property: name, message: "\(name) \(message)"))
    }

    /// Refuses members that aren't among the known ones, so that none is ignored.
    mutating func refuse(unknownTo known: [String]) {
        for name in object.map(\.name) where !known.contains(name) {
            refuse(name, "is unknown; the members are: \(known.joined(separator: ", "))")
        }
    }

    /// Refuses a member of an answer that a request sends back with another value.
    mutating func refuse(_ name: String, unless value: Value) {
        if let asked = object[name], asked != value { refuse(name, "can't be changed") }
    }

    /// Whether a member is there, also as `null`.
    func has(_ name: String) -> Bool { object[name] != nil }

    /// A member as it is.
    func value(_ name: String) -> Value? { object[name] }

    func isNull(_ name: String) -> Bool { object[name] == .null }

    /// A text without control characters, `nil` if it is missing or wrong.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - longest: The maximum number of Unicode scalars.
    ///   - hasLines: Whether control characters are allowed but for NUL, at which the database would end the text.
    ///   - isRequired: Whether the member has to be there.
    /// - Returns: The text.
    mutating func text(
        _ name: String, longest: Int, hasLines: Bool = false, isRequired: Bool = false
    ) -> String? {
        guard let value = object[name] else {
            if isRequired { refuse(name, "is required") }
            return nil
        }
        guard let text = value.string else {
            refuse(name, "must be a string")
            return nil
        }
        guard text.unicodeScalars.count <= longest else {
            refuse(name, "must be shorter than or equal to \(longest) characters")
            return nil
        }
        guard hasLines ? !text.contains("\0") : !text.hasControlCharacters else {
            refuse(name, "must not have control characters")
            return nil
        }
        return text
    }

    /// A list of texts without control characters, `nil` if it is missing or wrong.
    mutating func texts(_ name: String, longest: Int, most: Int) -> [String]? {
        guard let value = object[name] else { return nil }
        guard let elements = value.array else {
            refuse(name, "must be an array")
            return nil
        }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else {
            refuse(name, "must be an array of strings")
            return nil
        }
        guard texts.count <= most else {
            refuse(name, "must contain no more than \(most) elements")
            return nil
        }
        guard texts.allSatisfy({ (1...longest).contains($0.unicodeScalars.count) }) else {
            refuse(name, "must have elements of 1 to \(longest) characters")
            return nil
        }
        guard !texts.contains(where: \.hasControlCharacters) else {
            refuse(name, "must not have control characters")
            return nil
        }
        return texts
    }

    /// One of the words of an enumeration, `nil` if it is missing or wrong.
    mutating func word<T: RawRepresentable & CaseIterable>(
        _ name: String, isRequired: Bool = false
    ) -> T? where T.RawValue == String {
        guard let value = object[name] else {
            if isRequired { refuse(name, "is required") }
            return nil
        }
        guard let word = value.string.flatMap(T.init) else {
            refuse(name, "must be one of: \(Fields.words(of: T.self))")
            return nil
        }
        return word
    }

    /// A list of words of an enumeration, `nil` if it is missing or wrong.
    mutating func words<T: RawRepresentable & CaseIterable & Hashable>(
        _ name: String
    ) -> [T]? where T.RawValue == String {
        guard let value = object[name] else { return nil }
        guard let elements = value.array else {
            refuse(name, "must be an array")
            return nil
        }
        let words = elements.compactMap { $0.string.flatMap(T.init) }
        guard words.count == elements.count else {
            refuse(name, "must have elements among: \(Fields.words(of: T.self))")
            return nil
        }
        var seen: Set<T> = []
        return words.filter { seen.insert($0).inserted }
    }

    private static func words<T: RawRepresentable & CaseIterable>(
        of type: T.Type
    ) -> String where T.RawValue == String {
        T.allCases.map(\.rawValue).joined(separator: ", ")
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The query of a request.
///
/// Values that can't be read are refused.
struct Query {
    private let parameters: FlatDictionary<Substring, Substring>

    init(_ request: Request) {
        parameters = request.uri.queryParameters
    }

    /// A parameter's text, `nil` without one.
    subscript(name: String) -> String? { parameters[name[...]].map(String.init) }

    /// All values of a parameter, commas counting as separators.
    func list(_ name: String) -> [String] {
        (parameters[values: name[...]] + parameters[values: "\(name)[]"[...]])
            .flatMap { $0.split(separator: ",").map(String.init) }
    }

    /// A parameter's integer, `nil` without one.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw .invalid(name, "\(name) must be an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A parameter with one of the listed values, `nil` without one.
    func choice(_ name: String, of choices: [String]) throws(APIError) -> String? {
        guard let text = self[name] else { return nil }
        guard choices.contains(text) else {
            throw .invalid(name, "\(name) must be one of: \(choices.joined(separator: ", "))")
        }
        return text
    }
}

/// The page of a list that a request asks for.
struct Page {
    /// The maximum and the default number of items of a page.
    static let maximumLimit = 100

    /// Items per page.
    let limit: Int
    /// Counted from 1.
    let number: Int

    init(_ query: Query) throws(APIError) {
        limit = try query.integer("limit", in: 1...Page.maximumLimit) ?? Page.maximumLimit
        number = try query.integer("page", in: 1...1_000_000) ?? 1
    }

    /// How many items come before this page.
    var offset: Int { (number - 1) * limit }

    /// The page's items of a list.
    func slice<T>(_ items: [T]) -> ArraySlice<T> { items.dropFirst(offset).prefix(limit) }

    /// The member `pagination` of the envelope.
    ///
    /// - Parameters:
    ///   - path: The list's path.
    ///   - total: How many items the list has.
    /// - Returns: The member `pagination` of the envelope.
    func pagination(path: String, total: Int) -> Value {
        func link(_ page: Int) -> Value { .string("\(path)?page=\(page)&limit=\(limit)") }
        return [
            "itemsPerPage": .integer(Int64(limit)),
            "pageNumber": .integer(Int64(number)),
            "nextPage": offset + limit < total ? link(number + 1) : .null,
            "previousPage": number > 1 ? link(number - 1) : .null,
            "totalItems": .integer(Int64(total)),
            "all": .string(path),
        ]
    }
}

/// Percent-encoding of path segments and query values.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Encodes everything but letters, digits and `-._~`.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            let character = Unicode.Scalar(byte)
            let isPlain =
                character.isASCII && (character.properties.isAlphabetic || (0x30...0x39).contains(byte))
                || "-._~".unicodeScalars.contains(character)
            if isPlain {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

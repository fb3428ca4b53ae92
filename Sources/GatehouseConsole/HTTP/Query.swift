// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The query of a request.
///
/// Values that can't be read are refused.
struct Query {
    /// A parameter as the request has it.
    struct Parameter {
        /// The name, decoded; that of a list such as `tags[]=a` has no brackets.
        let name: String
        let value: String
        /// The name and the value as they stand in the URL.
        let text: Substring
    }

    let parameters: [Parameter]

    init(_ request: Request) {
        parameters = (request.uri.query ?? "").split(separator: "&").map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Query.decoded)
            let name = parts[0].hasSuffix("[]") ? String(parts[0].dropLast(2)) : parts[0]
            return Parameter(name: name, value: parts.count > 1 ? parts[1] : "", text: text)
        }
    }

    /// Decodes a name or a value; `+` is a blank, as forms and most clients write it.
    private static func decoded(_ text: Substring) -> String {
        let blank = text.replacing("+", with: " ")
        return blank.removingPercentEncoding ?? String(blank)
    }

    /// Refuses parameters that a list doesn't have.
    ///
    /// - Parameter known: The names of the list's parameters.
    /// - Throws: ``APIError`` with the name of the first unknown parameter.
    func check(_ known: [String]) throws(APIError) {
        guard let unknown = parameters.first(where: { !known.contains($0.name) })?.name else { return }
        let name = String(unknown.prefix(100))
        throw .invalid(name, "\(name) isn't a parameter of this list. It has: \(known.joined(separator: ", "))")
    }

    /// A parameter's text, `nil` without one.
    subscript(name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// All values of a parameter, commas counting as separators.
    func list(_ name: String) -> [String] {
        parameters.filter { $0.name == name }.flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    /// A parameter's integer, `nil` without one.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let range =
                range.upperBound == .max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw .invalid(name, "\(name) must be an integer \(range)")
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

/// A page of a list, with the links to the pages beside it.
struct Page {
    /// The default number of items of a page.
    static let standardLimit = 100
    /// The maximum number of items of a page of resources, keys or audit entries.
    static let maximumLimit = 1000

    /// Items per page.
    let limit: Int
    /// Counted from 1.
    let number: Int
    /// The path of the list.
    private let path: String
    /// The parameters of the request beside the page and the limit, in the request's spelling.
    private let filters: [Substring]

    /// Reads the page that a request asks for.
    ///
    /// A limit of 0 is the default, and one above the maximum is the maximum.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - standard: The limit of a request that names none.
    ///   - most: The maximum of the limit.
    /// - Throws: ``APIError`` when the page or the limit is no number, or the page is less than 1.
    init(_ request: Request, standard: Int = Page.standardLimit, most: Int = Page.maximumLimit) throws(APIError) {
        let query = Query(request)
        let asked = try query.integer("limit", in: 0...Int.max) ?? 0
        limit = asked == 0 ? standard : min(asked, most)
        number = try query.integer("page", in: 1...1_000_000) ?? 1
        path = "/" + request.uri.path.split(separator: "/").joined(separator: "/")
        filters = query.parameters.filter { !["limit", "page"].contains($0.name) }.map(\.text)
    }

    /// How many items come before this page.
    var offset: Int { (number - 1) * limit }

    /// The page's items of a list.
    func slice<T>(_ items: [T]) -> ArraySlice<T> { items.dropFirst(offset).prefix(limit) }

    /// The member `pagination` of the envelope.
    ///
    /// The links are the request's URL with another page: they keep all its filters.
    ///
    /// - Parameter total: How many items the list has.
    /// - Returns: The member `pagination` of the envelope.
    func pagination(total: Int) -> Value {
        func link(_ page: Int) -> Value { url(["page=\(page)", "limit=\(limit)"]) }
        return [
            "itemsPerPage": .integer(Int64(limit)),
            "pageNumber": .integer(Int64(number)),
            "nextPage": offset + limit < total ? link(number + 1) : .null,
            "previousPage": number > 1 ? link(number - 1) : .null,
            "totalItems": .integer(Int64(total)),
            "all": url([]),
        ]
    }

    private func url(_ position: [Substring]) -> Value {
        let parameters = position + filters
        return .string(parameters.isEmpty ? path : "\(path)?\(parameters.joined(separator: "&"))")
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The part of a list that a request asks for.
struct Page {
    /// The most items a page has, and how many it has if nothing is said.
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

    /// What the envelope says of the page.
    ///
    /// - Parameters:
    ///   - path: The list's path.
    ///   - total: How many items the list has.
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

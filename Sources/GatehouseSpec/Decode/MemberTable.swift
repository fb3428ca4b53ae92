// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The members that a reader knows of one kind of JSON object, by name; `Member` is an enum with a case for each.
struct MemberTable<Member: Sendable>: Sendable {
    typealias Entry = (name: StaticString, member: Member)

    private let entries: [Entry]
    private let requiredCount: Int
    /// The number of members that may occur only once, which come first.
    private let singleCount: Int

    /// Makes the table of one kind of object.
    ///
    /// - Parameters:
    ///   - required: The members that have to be there. Of several missing ones, an error names the first in this order.
    ///   - optional: The members that may be left out, at most 64 together with the required ones.
    ///   - repeatable: The members that may be left out and may occur more than once.
    init(required: [Entry] = [], optional: [Entry] = [], repeatable: [Entry] = []) {
        entries = required + optional + repeatable
        requiredCount = required.count
        singleCount = required.count + optional.count
    }

    /// The names of all members.
    var names: [String] { entries.map { "\($0.name)" } }

    fileprivate func index(of name: JSONString) -> Int? { entries.firstIndex { name == $0.name } }

    fileprivate func isSingle(_ index: Int) -> Bool { index < singleCount }

    fileprivate subscript(_ index: Int) -> Member { entries[index].member }

    /// The name of the first required member whose bit isn't set.
    fileprivate func missing(from seen: UInt64) -> StaticString? {
        for index in 0..<requiredCount where seen >> UInt64(index) & 1 == 0 { return entries[index].name }
        return nil
    }
}

extension DocumentReader {
    /// Reads an object: visits its known members and skips the others.
    ///
    /// Fails where a known member occurs twice, unless the table allows that, or a required one is missing.
    ///
    /// - Parameters:
    ///   - table: The known members.
    ///   - body: Has to consume the member's value.
    /// - Throws: The first fault.
    mutating func members<Member>(
        of table: MemberTable<Member>, _ body: (inout DocumentReader, Member) throws(DecodingFailure) -> Void
    ) throws(DecodingFailure) {
        let start = position
        var seen: UInt64 = 0
        try members { (reader, name) throws(DecodingFailure) in
            guard let index = table.index(of: name) else { return try reader.skip() }
            if table.isSingle(index) {
                let bit: UInt64 = 1 << UInt64(index)
                guard seen & bit == 0 else { throw reader.failure("the member occurs twice") }
                seen |= bit
            }
            try body(&reader, table[index])
        }
        if let name = table.missing(from: seen) { throw failure("the member \"\(name)\" is missing", at: start) }
    }
}

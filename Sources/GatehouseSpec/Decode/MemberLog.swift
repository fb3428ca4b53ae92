// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Which known members of an object have been seen, to reject duplicates and name missing ones.
struct MemberLog {
    private var seen: UInt64 = 0

    /// Notes the member number `index`, below 64.
    mutating func note(_ index: Int, _ reader: DocumentReader) throws(DecodingFailure) {
        guard seen >> UInt64(index) & 1 == 0 else { throw reader.failure("the member occurs twice") }
        seen |= 1 << UInt64(index)
    }

    /// Fails unless all of the first `names.count` members have been seen.
    func require(_ names: [StaticString], _ reader: DocumentReader, at offset: Int) throws(DecodingFailure) {
        for (index, name) in names.enumerated() where seen >> UInt64(index) & 1 == 0 {
            throw reader.failure("the member \"\(name)\" is missing", at: offset)
        }
    }
}

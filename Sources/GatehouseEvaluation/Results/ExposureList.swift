// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The exposures of one result: the first two inline, since most results have no more and an array is an allocation.
struct ExposureList: Sendable {
    private let first: ExposureRow?
    private let second: ExposureRow?
    private let others: [ExposureRow]

    @inline(__always)
    init(_ rows: UnsafeBufferPointer<ExposureRow>) {
        first = rows.count > 0 ? rows[0] : nil
        second = rows.count > 1 ? rows[1] : nil
        others = rows.count > 2 ? Array(rows[2...]) : []
    }

    /// All of them, in order.
    var rows: [ExposureRow] {
        guard let first else { return [] }
        guard let second else { return [first] }
        return [first, second] + others
    }
}

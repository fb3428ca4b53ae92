// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Collects output and writes it in large pieces, so that a million rows don't take a million system calls.
struct ByteOutput: ~Copyable {
    private static let pieceByteCount = 64 << 10

    /// What hasn't been written yet.
    var writer = JSONWriter(reservingCapacity: pieceByteCount * 2)
    /// Shown on standard error when it takes long.
    var progress = ProgressLine()
    private let descriptor: Int32

    init(to descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Counts a row, and writes what has collected if that is worth a system call.
    mutating func endRow() throws(CommandFailure) {
        progress.rowCount += 1
        guard writer.bytes.count >= ByteOutput.pieceByteCount else { return }
        try flush()
        progress.update()
    }

    /// Writes what has collected.
    mutating func flush() throws(CommandFailure) {
        // Whatever happens, nothing is written twice.
        defer { writer.removeAll() }
        try System.write(writer.bytes, to: descriptor)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import GatehouseEvaluation

/// Evaluates the selected entries for each user and writes the results.
protocol UserOutput {
    /// Writes the text before the first user.
    mutating func begin(_ output: inout ByteOutput) throws(CommandFailure)
    /// Evaluates and writes the entries for a user.
    mutating func write(_ user: User, index: Int, to output: inout ByteOutput) throws(CommandFailure)
    /// Writes the text after the last user.
    mutating func end(_ output: inout ByteOutput) throws(CommandFailure)
}

extension UserOutput {
    mutating func begin(_ output: inout ByteOutput) throws(CommandFailure) {}
    mutating func end(_ output: inout ByteOutput) throws(CommandFailure) {}
}

/// Buffers output and writes it in large pieces, so that a million rows don't take a million system calls.
struct ByteOutput: ~Copyable {
    private static let pieceByteCount = 64 << 10

    /// The bytes that are still to be written.
    var writer = JSONWriter(reservingCapacity: pieceByteCount * 2)
    /// The line on standard error that long runs update.
    var progress = ProgressLine()
    private let descriptor: Int32

    init(to descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Counts a row, and writes the buffer when it is full.
    mutating func endRow() throws(CommandFailure) {
        progress.rowCount += 1
        guard writer.bytes.count >= ByteOutput.pieceByteCount else { return }
        try flush()
        progress.update()
    }

    /// Writes the buffer.
    mutating func flush() throws(CommandFailure) {
        // The buffer is emptied after a failure too, so that no byte is written twice.
        defer { writer.removeAll() }
        try System.write(writer.bytes, to: descriptor)
    }
}

/// The line above each user's results when a run has several users.
struct UserHeading {
    /// Whether the run may have several users.
    let isShown: Bool
    let isColored: Bool

    /// - Returns: The line, after an empty line for all users but the first; the empty text when it isn't shown.
    func text(for user: User, index: Int) -> String {
        guard isShown else { return "" }
        var title = "user \(index + 1)"
        if let id = user[.userID] {
            var writer = JSONWriter()
            writer.value(id)
            title += ": userID \(String(decoding: writer.bytes, as: UTF8.self))"
        }
        title = PlainText.oneLine(title)
        return (index > 0 ? "\n" : "") + (isColored ? TextStyle.heading.applied(to: title) : title) + "\n"
    }
}

extension JSONWriter {
    /// Appends text unchanged.
    package mutating func raw(text: String) {
        withText(of: text) { writer, text in writer.raw(text) }
    }

    /// Appends valid JSON without its white space.
    package mutating func compact(_ json: String) {
        withText(of: json) { writer, json in writer.compact(json) }
    }

    private mutating func withText(of string: String, _ body: (inout JSONWriter, Text) -> Void) {
        var copy = string
        copy.withUTF8 { bytes in
            guard let base = bytes.baseAddress else { return }
            body(&self, Text(base: base, count: bytes.count))
        }
    }
}

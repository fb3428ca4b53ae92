// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// Reads the users of a run, one after the other.
struct UserSource {
    private enum Origin {
        /// The text of `--user`, `nil` after it was read.
        case option(String?)
        case lines(LineReader)
    }

    /// What a line of the source is.
    enum Line {
        case user(User)
        /// The text names the file and the location.
        case malformed(String)
    }

    private var origin: Origin
    private let byteCount: Int?
    private var hasWarned = false

    /// One user from the command line.
    init(json: String) {
        origin = .option(json)
        byteCount = nil
    }

    /// One user per line of a file; blank lines are skipped.
    init(lines file: InputFile) {
        origin = .lines(LineReader(file))
        byteCount = file.byteCount
    }

    /// The fraction of the file that has been read, `nil` when its size isn't known.
    var progress: Double? {
        guard case .lines(let reader) = origin, let byteCount, byteCount > 0 else { return nil }
        return min(1, Double(reader.readByteCount) / Double(byteCount))
    }

    /// Whether reading the next user may block.
    var isDrained: Bool {
        guard case .lines(let reader) = origin else { return false }
        return reader.isDrained
    }

    /// Reads the next user.
    ///
    /// - Returns: The user, or why the line isn't one; `nil` after the last line.
    /// - Throws: ``CommandFailure/input(_:)`` if the source can't be read, or the user of the command line isn't one.
    mutating func next() throws(CommandFailure) -> Line? {
        switch origin {
        case .option(let json):
            guard let json else { return nil }
            origin = .option(nil)
            do {
                return .user(try User(json: Array(json.utf8)))
            } catch {
                throw .input("--user: \(error)")
            }
        case .lines(var reader):
            // Leaves the reader with a single reference, so that changing it makes no copy.
            origin = .option(nil)
            defer { origin = .lines(reader) }
            while let line = try reader.next() {
                if reader.hasByteOrderMark, !hasWarned {
                    hasWarned = true
                    Diagnostics.warning("\(reader.file.name): starts with a byte order mark, which is skipped")
                }
                if line.allSatisfy(UserSource.isWhitespace) { continue }
                do {
                    return .user(try User(json: line))
                } catch {
                    let path = error.path.isEmpty ? "" : "\(error.path): "
                    return .malformed(
                        "\(reader.file.name):\(reader.lineNumber):\(error.column): \(path)\(error.message)")
                }
            }
            return nil
        }
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}

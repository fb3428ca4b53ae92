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

    private var origin: Origin
    private let byteCount: Int?

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
    /// - Returns: The user, `nil` after the last user.
    mutating func next() throws(CommandFailure) -> User? {
        switch origin {
        case .option(let json):
            guard let json else { return nil }
            origin = .option(nil)
            do {
                return try User(json: Array(json.utf8))
            } catch {
                throw .input("--user: \(error)")
            }
        case .lines(var reader):
            // Leaves the reader with a single reference, so that changing it makes no copy.
            origin = .option(nil)
            defer { origin = .lines(reader) }
            while let line = try reader.next() {
                if line.allSatisfy(UserSource.isWhitespace) { continue }
                do {
                    return try User(json: line)
                } catch {
                    let path = error.path.isEmpty ? "" : "\(error.path): "
                    throw .input("\(reader.file.name):\(reader.lineNumber):\(error.column): \(path)\(error.message)")
                }
            }
            return nil
        }
    }

    private static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}

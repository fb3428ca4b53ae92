// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Reads a file line by line, holding no more of it than a line and a piece.
struct LineReader {
    /// A line is one user; more than this is a file of another kind, and shouldn't take all memory.
    static let lineByteLimit = 64 << 20

    let file: InputFile
    /// The number of the line that ``next()`` returned last, counted from 1.
    private(set) var lineNumber = 0
    /// How many bytes of the file have been read.
    private(set) var readByteCount = 0

    private var piece = [UInt8](repeating: 0, count: 1 << 16)
    private var unread = 0..<0
    private var isAtEnd = false

    init(_ file: InputFile) {
        self.file = file
    }

    /// Whether the next line takes reading more of the file.
    var isDrained: Bool { unread.isEmpty }

    /// The next line without its line feed, `nil` behind the last one.
    mutating func next() throws(CommandFailure) -> [UInt8]? {
        var line: [UInt8] = []
        var hasBytes = false
        while true {
            if unread.isEmpty {
                unread = 0..<(isAtEnd ? 0 : try file.fill(&piece))
                readByteCount += unread.count
                isAtEnd = unread.isEmpty
            }
            guard !unread.isEmpty else {
                if hasBytes { lineNumber += 1 }
                return hasBytes ? line : nil
            }
            hasBytes = true
            let rest = piece[unread]
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            line.append(contentsOf: rest[..<(end ?? rest.endIndex)])
            unread = (end.map { $0 + 1 } ?? rest.endIndex)..<unread.upperBound
            if end != nil {
                lineNumber += 1
                return line
            }
            guard line.count <= LineReader.lineByteLimit else {
                throw .input("\(file.name):\(lineNumber + 1): a line of more than 64 MiB; expected one user per line")
            }
        }
    }
}

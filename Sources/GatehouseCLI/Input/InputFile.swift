// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A file, pipe or device that is read from the start.
struct InputFile {
    /// The name in messages.
    let name: String
    private let descriptor: Int32

    /// The maximum size of a file that is read as a whole, so that a sparse or endless file can't fill the memory.
    private static let byteLimit = 2 << 30

    static var standardInput: InputFile { InputFile(name: "standard input", descriptor: System.standardInput) }

    private init(name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = descriptor
    }

    init(path: String) throws(CommandFailure) {
        guard let descriptor = System.open(path) else { throw .input("\(path): \(System.lastError)") }
        self.init(name: path, descriptor: descriptor)
    }

    /// The size of a regular file in bytes, `nil` for pipes.
    var byteCount: Int? { System.byteCount(of: descriptor) }

    /// Reads the rest of the file and closes it.
    ///
    /// - Throws: ``CommandFailure/input(_:)`` when reading fails or the file is larger than 2 GiB.
    consuming func contents() throws(CommandFailure) -> [UInt8] {
        defer { System.close(descriptor) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(byteCount ?? 0, InputFile.byteLimit) + 1)
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try fill(&piece)
            if count == 0 { return bytes }
            bytes.append(contentsOf: piece[..<count])
            guard bytes.count <= InputFile.byteLimit else { throw .input("\(name): larger than 2 GiB") }
        }
    }

    /// Reads some bytes into the start of an array.
    ///
    /// - Returns: The number of bytes, 0 at the end.
    func fill(_ piece: inout [UInt8]) throws(CommandFailure) -> Int {
        let count = piece.withUnsafeMutableBytes { System.read(descriptor, into: $0) }
        guard let count else { throw .input("\(name): \(System.lastError)") }
        return count
    }
}

/// Reads a file line by line.
///
/// It holds one line and one piece of the file in memory.
struct LineReader {
    /// The maximum size of a line, so that a file of another kind can't fill the memory.
    static let lineByteLimit = 64 << 20

    let file: InputFile
    /// The number of the line that ``next()`` returned last, counted from 1.
    private(set) var lineNumber = 0
    /// The number of bytes that have been read from the file.
    private(set) var readByteCount = 0

    private var piece = [UInt8](repeating: 0, count: 1 << 16)
    private var unread = 0..<0
    private var isAtEnd = false

    init(_ file: InputFile) {
        self.file = file
    }

    /// Whether the next line needs more bytes from the file.
    var isDrained: Bool { unread.isEmpty }

    /// Reads the next line.
    ///
    /// - Returns: The line without its line feed, `nil` after the last line.
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

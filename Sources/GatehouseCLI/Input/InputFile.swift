// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseCompression

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

/// Reads a file line by line, and decompresses it if it is gzip.
///
/// It holds one line and one piece of the file in memory.
struct LineReader {
    /// The maximum size of a line, so that a file of another kind can't fill the memory.
    static let lineByteLimit = 64 << 20

    let file: InputFile
    /// What the start of the file says of its encoding, for a warning.
    private(set) var hasByteOrderMark = false
    /// The number of the line that ``next()`` returned last, counted from 1.
    private(set) var lineNumber = 0
    /// The number of bytes that have been read from the file.
    private(set) var readByteCount = 0

    private var piece: [UInt8] = []
    private var unread = 0..<0
    private var isAtEnd = false
    private var isAtStart = true
    /// `nil` for a file that isn't compressed.
    private var gzip: GzipReader?

    init(_ file: InputFile) {
        self.file = file
    }

    /// Whether the next line needs more bytes from the file.
    var isDrained: Bool { unread.isEmpty }

    /// Reads the next piece of the content; the piece is empty at the end.
    private mutating func readPiece() throws(CommandFailure) {
        unread = 0..<0
        repeat {
            piece = [UInt8](repeating: 0, count: 1 << 16)
            let count = try file.fill(&piece)
            piece.removeLast(piece.count - count)
            readByteCount += count
            if isAtStart { try readStart() }
            isAtStart = false
            isAtEnd = count == 0
            if let gzip {
                if isAtEnd, !gzip.isComplete { throw .input("\(file.name): the gzip stream ends too early") }
                try decompress(gzip)
            }
            // A piece of gzip may be nothing but a header.
        } while piece.isEmpty && !isAtEnd
        unread = piece.indices
        skipByteOrderMark()
    }

    private mutating func readStart() throws(CommandFailure) {
        if GzipReader.isGzip(piece) { gzip = GzipReader() }
        if piece.starts(with: [0xff, 0xfe]) || piece.starts(with: [0xfe, 0xff]) {
            throw .input("\(file.name): starts with the byte order mark of UTF-16; expected UTF-8")
        }
    }

    private mutating func decompress(_ gzip: GzipReader) throws(CommandFailure) {
        var content: [UInt8] = []
        do {
            try gzip.decompress(piece) { content += $0 }
        } catch {
            throw .input("\(file.name): the gzip stream is damaged")
        }
        piece = content
    }

    private mutating func skipByteOrderMark() {
        guard lineNumber == 0, !hasByteOrderMark, piece.starts(with: [0xef, 0xbb, 0xbf]) else { return }
        hasByteOrderMark = true
        unread = unread.dropFirst(3)
    }

    /// Reads the next line.
    ///
    /// - Returns: The line without its line feed, `nil` after the last line.
    mutating func next() throws(CommandFailure) -> [UInt8]? {
        var line: [UInt8] = []
        var hasBytes = false
        while true {
            if unread.isEmpty {
                if !isAtEnd { try readPiece() }
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

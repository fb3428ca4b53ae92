// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A file that is either whole or an error: replaced at once, and checked when it is read.
///
/// It begins with a line of 46 bytes, `gatehouse 1 <bytes> <XXH3 of the bytes>`, the numbers with 16 hexadecimal digits. The
/// checksum finds accidents; it is no proof of who wrote the file. Any number of threads and processes may read and write
/// the same file.
package struct CheckedFile: Sendable {
    /// The most bytes a file may hold beside its first line.
    package static let maximumCount = 1 << 30

    private static let magic = Array("gatehouse ".utf8)
    private static let version = Array("1 ".utf8)
    private static let headerCount = 46

    /// Where the file is.
    package let path: String

    /// Makes a file; nothing is touched before it is read or written.
    package init(path: String) {
        self.path = path
    }

    // MARK: Content

    /// Reads the whole file, `nil` when there is none.
    package func read() throws(FileError) -> [UInt8]? {
        guard let file = try OpenFile.toRead(path) else { return nil }
        let count = try file.count() - CheckedFile.headerCount
        let header = try file.read(CheckedFile.headerCount)
        // The first line is checked before room is made for the rest, which may be as large as it likes.
        guard header.starts(with: CheckedFile.magic) else { throw damaged("isn't a file of Gatehouse's") }
        guard header.dropFirst(CheckedFile.magic.count).starts(with: CheckedFile.version) else {
            throw damaged("is of another version's format")
        }
        let claim = header.prefix(CheckedFile.headerCount - 17)
        guard count >= 0, claim == CheckedFile.header(count: count, hash: 0).prefix(claim.count) else {
            throw damaged("hasn't the length that it says")
        }
        guard count <= CheckedFile.maximumCount else { throw damaged("is too long") }
        let bytes = try file.read(count)
        guard bytes.count == count else { throw damaged("got shorter while it was read") }
        guard header == CheckedFile.header(count: count, hash: CheckedFile.hash(bytes)) else {
            throw damaged("hasn't the checksum that it says")
        }
        return bytes
    }

    /// Replaces the whole file; its directory is made, for the owner only, when it is missing.
    ///
    /// The bytes are on the disk before they take the place of the old ones. What a process leaves behind that ends in the
    /// middle of this, the next one overwrites.
    package func write(_ bytes: [UInt8]) throws(FileError) {
        guard bytes.count <= CheckedFile.maximumCount else {
            throw FileError(path, .tooLong, "cannot hold \(bytes.count) bytes")
        }
        let file = try OpenFile.toReplace(path)
        do {
            try file.shorten(to: 0)
            try file.write(CheckedFile.header(count: bytes.count, hash: CheckedFile.hash(bytes)))
            try file.write(bytes)
            try file.synchronize()
            try file.rename(to: path)
        } catch {
            file.remove()
            throw error
        }
    }

    /// Removes the file if there is one.
    package func remove() throws(FileError) {
        try OpenFile.remove(path)
    }

    // MARK: Time

    /// When the file was written or touched, in ms since 1970; `nil` when there is none.
    package func modificationTime() throws(FileError) -> Int64? {
        guard let file = try OpenFile.toRead(path) else { return nil }
        return try file.modificationTime()
    }

    /// Changes ``modificationTime()`` and nothing else.
    ///
    /// - Parameter wallTime: The new time in ms since 1970; the machine's time when `nil`.
    package func touch(at wallTime: Int64? = nil) throws(FileError) {
        try OpenFile.touch(path, at: wallTime)
    }

    // MARK: First line

    private func damaged(_ what: String) -> FileError {
        FileError(path, .damaged, what)
    }

    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBufferPointer { XXH3.hash($0) }
    }

    private static func header(count: Int, hash: UInt64) -> [UInt8] {
        magic + version + digits(UInt64(count)) + [UInt8(ascii: " ")] + digits(hash) + [UInt8(ascii: "\n")]
    }

    private static func digits(_ number: UInt64) -> [UInt8] {
        stride(from: 60, through: 0, by: -4).map { Hexadecimal.digit(UInt8(truncatingIfNeeded: number >> $0) & 15) }
    }
}

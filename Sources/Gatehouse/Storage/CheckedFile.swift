// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A file that is written atomically and has a checksum: reading it returns the complete bytes or throws.
///
/// The file begins with a line of 46 bytes, `gatehouse 1 <bytes> <XXH3 of the bytes>`, the numbers with 16 hexadecimal
/// digits. The checksum detects damage; it doesn't prove which program wrote the file. Any number of threads and processes may read and write
/// the same file.
package struct CheckedFile: Sendable {
    /// The maximum size of a file in bytes, without its first line.
    package static let maximumCount = 1 << 30

    private static let magic = Array("gatehouse ".utf8)
    private static let version = Array("1 ".utf8)
    private static let headerCount = 46

    /// The path of the file.
    package let path: String

    /// Makes a value that names a file.
    ///
    /// It doesn't open the file.
    package init(path: String) {
        self.path = path
    }

    // MARK: Content

    /// Reads the whole file, `nil` when there is none.
    package func read() throws(FileError) -> [UInt8]? {
        guard let file = try OpenFile.toRead(path) else { return nil }
        let count = try file.count() - CheckedFile.headerCount
        let header = try file.read(CheckedFile.headerCount)
        // Checks the first line before it allocates memory for the rest, whose length the file decides.
        guard header.starts(with: CheckedFile.magic) else { throw damaged("isn't a file of Gatehouse") }
        guard header.dropFirst(CheckedFile.magic.count).starts(with: CheckedFile.version) else {
            throw damaged("has the format of another version")
        }
        let claim = header.prefix(CheckedFile.headerCount - 17)
        guard count >= 0, claim == CheckedFile.header(count: count, hash: 0).prefix(claim.count) else {
            throw damaged("doesn't have the length in its first line")
        }
        guard count <= CheckedFile.maximumCount else { throw damaged("is too long") }
        let bytes = try file.read(count)
        guard bytes.count == count else { throw damaged("got shorter while it was read") }
        guard header == CheckedFile.header(count: count, hash: CheckedFile.hash(bytes)) else {
            throw damaged("doesn't have the checksum in its first line")
        }
        return bytes
    }

    /// Replaces the whole file.
    ///
    /// Makes its directory, for the owner only, if it is missing.
    ///
    /// The bytes are on the disk before they replace the old ones. If a process ends while it writes, the next write
    /// overwrites what is left.
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

    /// The time when the file was written or touched, in ms since 1970; `nil` if there is no file.
    package func modificationTime() throws(FileError) -> Int64? {
        guard let file = try OpenFile.toRead(path) else { return nil }
        return try file.modificationTime()
    }

    /// Changes ``modificationTime()`` and nothing else.
    ///
    /// - Parameter wallTime: The new time in ms since 1970, `nil` for the machine's time.
    /// - Throws: ``FileError`` if the file system refuses.
    package func touch(at wallTime: Int64? = nil) throws(FileError) {
        try OpenFile.touch(path, at: wallTime)
    }

    // MARK: First line

    private func damaged(_ what: String) -> FileError {
        FileError(path, .damaged, what)
    }

    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        XXH3.hash(bytes.span)
    }

    private static func header(count: Int, hash: UInt64) -> [UInt8] {
        magic + version + digits(UInt64(count)) + [UInt8(ascii: " ")] + digits(hash) + [UInt8(ascii: "\n")]
    }

    private static func digits(_ number: UInt64) -> [UInt8] {
        stride(from: 60, through: 0, by: -4).map { Hexadecimal.digit(UInt8(truncatingIfNeeded: number >> $0) & 15) }
    }
}

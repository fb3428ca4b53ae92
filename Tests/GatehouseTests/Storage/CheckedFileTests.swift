// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

@Suite("A checked file")
struct CheckedFileTests {
    let folder: TemporaryFolder
    let file: CheckedFile

    init() throws {
        folder = try TemporaryFolder()
        file = CheckedFile(path: folder.path("file"))
    }

    /// The problem of an error that names the file.
    func problem(_ body: () throws -> Void) throws -> FileError.Problem {
        let error = try #require(throws: FileError.self, performing: body)
        #expect(error.path.hasPrefix(file.path))
        #expect(error.description.hasPrefix(error.path))
        return error.problem
    }

    // MARK: Content

    @Test("is nil when there is none, and without a time")
    func nothing() throws {
        #expect(try file.read() == nil)
        #expect(try file.modificationTime() == nil)
        #expect(try problem { try file.touch() } == .system(ENOENT))
        try file.remove()
        #expect(try folder.names() == [])
    }

    @Test("gives back what was written, behind one line", arguments: [0, 1, 45, 46, 47, 100_000])
    func content(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try file.write([1, 2, 3])
        try file.write(bytes)
        #expect(try file.read() == bytes)
        let raw = try folder.bytes("file")
        #expect(raw.count == 46 + count)
        #expect(
            String(decoding: raw.prefix(46), as: UTF8.self).firstMatch(of: /^gatehouse 1 [0-9a-f]{16} [0-9a-f]{16}\n$/)
                != nil)
        #expect(Array(raw.dropFirst(46)) == bytes)
        #expect(try folder.names() == ["file"])
    }

    /// Fixed bytes: versions of the program have to read each other's files.
    @Test("has the first line that it has always had")
    func format() throws {
        try file.write(Array("hello\n".utf8))
        let expected = "gatehouse 1 0000000000000006 \(CheckedFileTests.helloHash)\nhello\n"
        #expect(String(decoding: try folder.bytes("file"), as: UTF8.self) == expected)
    }
    private static let helloHash = "99fc819aaba2462a"

    @Test("is for its owner only, and so are the directories made for it")
    func permissions() throws {
        let deep = CheckedFile(path: folder.path("a/b//c/file"))
        try deep.write([1])
        #expect(try deep.read() == [1])
        #expect(try folder.permissions("a/b/c/file") == 0o600)
        for name in ["a", "a/b", "a/b/c"] { #expect(try folder.permissions(name) == 0o700) }
    }

    @Test("may be replaced through several files at once, and is whole for readers")
    func concurrency() async throws {
        let file = file
        @Sendable func value(_ byte: UInt8) -> [UInt8] { .init(repeating: byte, count: 10 + Int(byte) * 1_009) }
        try file.write(value(0))
        try await withThrowingTaskGroup { group in
            for writer in 0..<UInt8(8) {
                group.addTask {
                    for step in 0..<UInt8(20) { try await offloaded { try file.write(value(writer * 20 + step)) } }
                }
            }
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<200 {
                        let bytes = try #require(try await offloaded { try file.read() })
                        #expect(bytes == value(bytes[0]))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try folder.names() == ["file"])
    }

    @Test("may be replaced by many, each of whom finds the temporary file that another one renames just then")
    func renaming() async throws {
        // Where writing needs no disk there are enough of these moments.
        let memory = "/dev/shm"
        let folder = FileManager.default.isWritableFile(atPath: memory) ? try TemporaryFolder(in: memory) : folder
        let file = CheckedFile(path: folder.path("file"))
        let rounds = folder === self.folder ? 20 : 2_000
        try await withThrowingTaskGroup { group in
            for writer in 0..<UInt8(8) {
                group.addTask {
                    try await offloaded { for _ in 0..<rounds { try file.write([writer]) } }
                }
            }
            try await group.waitForAll()
        }
        #expect(try file.read()?.count == 1)
        #expect(try folder.names() == ["file"])
    }

    // MARK: Damage

    @Test("is an error when any of its bits is another")
    func flippedBits() throws {
        try file.write(Array("a few bytes".utf8))
        let whole = try folder.bytes("file")
        for index in whole.indices {
            for bit in 0..<8 {
                var bytes = whole
                bytes[index] ^= 1 << bit
                try folder.put(bytes, "file")
                #expect(try problem { _ = try file.read() } == .damaged, "bit \(bit) of byte \(index)")
            }
        }
        try folder.put(whole, "file")
        #expect(try file.read() == Array("a few bytes".utf8))
    }

    @Test("is an error when it is cut off anywhere or goes on")
    func otherLengths() throws {
        try file.write(Array("a few bytes".utf8))
        let whole = try folder.bytes("file")
        for count in whole.indices {
            try folder.put(Array(whole.prefix(count)), "file")
            #expect(try problem { _ = try file.read() } == .damaged, "\(count) bytes")
        }
        try folder.put(whole + [0], "file")
        #expect(try problem { _ = try file.read() } == .damaged)
        // A file that was to be overwritten is one like that.
        try file.write([7])
        #expect(try file.read() == [7])
    }

    @Test("says what is wrong")
    func messages() throws {
        func message() -> String? {
            do {
                _ = try file.read()
                return nil
            } catch {
                return "\(error)"
            }
        }
        try folder.put(Array(#"{"feature_gates":[]}"#.utf8), "file")
        #expect(message() == "\(file.path) isn't a file of Gatehouse")
        try folder.put(Array("gatehouse 2 0000000000000000 0000000000000000\n".utf8), "file")
        #expect(message() == "\(file.path) has the format of another version")
        try folder.put(Array("gatehouse 1 0000000000000001 0000000000000000\n".utf8), "file")
        #expect(message() == "\(file.path) doesn't have the length in its first line")
        try folder.put(Array("gatehouse 1 0000000000000000 0000000000000000\n".utf8), "file")
        #expect(message() == "\(file.path) doesn't have the checksum in its first line")
    }

    @Test("makes no room for more than a file may have, however much it says")
    func enormousCount() throws {
        // More than there is memory, in a file of holes.
        let count = 1 << 42
        let line = "gatehouse 1 00000\(String(count, radix: 16)) 0000000000000000\n"
        try folder.put(Array(line.utf8), "file")
        try #require(truncate(file.path, count + 46) == 0)
        let error = #expect(throws: FileError.self) { try file.read() }
        #expect(error?.message == "is too long")
    }

    // MARK: System

    @Test("is an error where no file can be read or made")
    func impossiblePlaces() throws {
        try folder.put([], "plain")
        let below = CheckedFile(path: folder.path("plain/file"))
        #expect(throws: FileError.self) { try below.read() }
        let error = #expect(throws: FileError.self) { try below.write([1]) }
        #expect(error?.problem == .system(ENOTDIR))
        #expect(error?.path.hasPrefix(folder.path("plain")) == true)

        let directory = CheckedFile(path: folder.path)
        #expect(throws: FileError.self) { try directory.read() }
        #expect(throws: FileError.self) { try directory.write([1]) }
        #expect(throws: FileError.self) { try CheckedFile(path: "").write([1]) }
    }

    @Test("leaves the old file as it was when a write fails")
    func failedWrite() throws {
        let target = folder.path("directory")
        try CheckedFile(path: target + "/file").write([1])
        // A directory that isn't empty can't be replaced by a file.
        #expect(throws: FileError.self) { try CheckedFile(path: target).write([2]) }
        #expect(try CheckedFile(path: target + "/file").read() == [1])
        #expect(try folder.names() == ["directory"])
    }

    @Test("isn't waited for when it is a named pipe")
    func pipe() throws {
        #expect(mkfifo(file.path, 0o600) == 0)
        #expect(try problem { _ = try file.read() } == .damaged)
    }

    // MARK: Left behind

    @Test("takes over what a writer left behind in the middle of a write")
    func leftOver() throws {
        try file.write([1])
        try folder.put([UInt8](repeating: 9, count: 5_000), "file.0.tmp")
        #expect(try file.read() == [1])
        try file.write([2])
        #expect(try file.read() == [2])
        #expect(try folder.names() == ["file"])
    }

    @Test("leaves alone what another writer is at")
    func otherWriter() throws {
        try folder.put([9], "file.0.tmp")
        let other = open(folder.path("file.0.tmp"), O_RDWR)
        try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
        try file.write([2])
        #expect(try file.read() == [2])
        #expect(try folder.names() == ["file", "file.0.tmp"])
        #expect(try folder.bytes("file.0.tmp") == [9])
        close(other)
        try file.write([3])
        #expect(try folder.names() == ["file"])
    }

    @Test("doesn't write through a link put where its temporary file goes")
    func link() throws {
        try folder.put([9], "victim")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("file.0.tmp"), withDestinationPath: folder.path("victim"))
        #expect(throws: FileError.self) { try file.write([1]) }
        #expect(try folder.bytes("victim") == [9])
    }

    // MARK: Time

    @Test("says when it was written, and can be told another time")
    func time() throws {
        let before = SystemTime().wallTime()
        try file.write([1])
        let written = try #require(try file.modificationTime())
        // File systems may round.
        #expect(abs(written - before) < 60_000)
        try file.touch(at: 1_783_000_000_123)
        #expect(try file.modificationTime() == 1_783_000_000_123)
        try file.touch()
        #expect(try #require(try file.modificationTime()) >= before - 2_000)
        #expect(try file.read() == [1])
    }
}

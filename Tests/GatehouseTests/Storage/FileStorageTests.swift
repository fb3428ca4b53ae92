// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import TestServers
import Testing

@Suite("A storage of files")
struct FileStorageTests {
    let folder: TemporaryFolder
    let time = VirtualTime()

    init() throws {
        folder = try TemporaryFolder()
    }

    var storage: FileStorage { FileStorage(directory: folder.path("storage"), time: time) }

    func lease(_ owner: String, for duration: Duration = .seconds(15), note: String = "") -> Lease {
        Lease(key: "gatehouse|lease|x", owner: owner, duration: duration, note: note)
    }

    @Test("does what is asked of storages:", arguments: StorageContract.allCases)
    func contract(contract: StorageContract) async throws {
        let directory = folder.path("storage")
        try await contract.check { FileStorage(directory: directory) }
    }

    @Test("shows nothing of a key in names, and other users can't read it")
    func names() async throws {
        let key = SDKKey("secret-0123456789abcdefghijklmnopqrstuvwxyz")
        for schema in StorageKey.Schema.allCases {
            try await storage.write([1], for: StorageKey.specs(of: key, schema: schema))
        }
        _ = try await storage.acquire(lease("owner"))
        let names = try folder.names("storage")
        #expect(names.count == 4)
        for name in names {
            #expect(name.firstMatch(of: /^[0-9a-f]{64}\.(specs|lease|lease\.lock)$/) != nil)
            #expect(try folder.permissions("storage/\(name)") == 0o600)
        }
        #expect(try folder.permissions("storage") == 0o700)
    }

    @Test("says which file is damaged, and gets over it with the next write")
    func damage() async throws {
        try await storage.write([1, 2, 3], for: "key")
        let name = "storage/" + (try #require(try folder.names("storage").first))
        var bytes = try folder.bytes(name)
        bytes[bytes.count - 1] ^= 1
        try folder.put(bytes, name)
        let error = await #expect(throws: FileError.self) { try await storage.read("key") }
        #expect(error?.problem == .damaged)
        #expect(error?.path == folder.path(name))
        try await storage.write([4], for: "key")
        #expect(try await storage.read("key") == [4])
    }

    @Test("is an error where there can be no directory")
    func impossiblePlace() async throws {
        try folder.put([], "plain")
        let storage = FileStorage(directory: folder.path("plain/storage"))
        await #expect(throws: FileError.self) { try await storage.read("key") }
        await #expect(throws: FileError.self) { try await storage.write([1], for: "key") }
        await #expect(throws: FileError.self) { try await storage.acquire(lease("owner")) }
        await #expect(throws: FileError.self) { try await storage.release(lease("owner")) }
    }

    // MARK: Leases

    @Test("ends a lease at its time, unless it is prolonged")
    func expiry() async throws {
        #expect(try await storage.acquire(lease("one", note: "a")) == .held)
        await time.advance(by: .seconds(14))
        #expect(try await storage.acquire(lease("two")) == .taken(note: "a"))
        #expect(try await storage.acquire(lease("one", note: "b")) == .held)
        await time.advance(by: .milliseconds(14_999))
        #expect(try await storage.acquire(lease("two")) == .taken(note: "b"))
        await time.advance(by: .milliseconds(1))
        #expect(try await storage.acquire(lease("two", note: "c")) == .held)
        #expect(try await storage.acquire(lease("one")) == .taken(note: "c"))
    }

    @Test("doesn't wait long for a lease from before the clock was moved back")
    func clockMovedBack() async throws {
        #expect(try await storage.acquire(lease("one", note: "a")) == .held)
        time.setWallTime(time.wallTime() - 10_000)
        #expect(try await storage.acquire(lease("two")) == .taken(note: "a"))
        time.setWallTime(time.wallTime() - 3_600_000)
        #expect(try await storage.acquire(lease("two")) == .held)
    }

    @Test("bears any time of day", arguments: [Int64.min, -1, 0, .max])
    func times(wallTime: Int64) async throws {
        struct FixedTime: TimeSource {
            let now: Int64
            func wallTime() -> Int64 { now }
            func elapsed() -> Duration { .zero }
            func sleep(for duration: Duration) async throws {}
        }
        let storage = FileStorage(directory: folder.path("storage"), time: FixedTime(now: wallTime))
        #expect(try await storage.acquire(lease("one", for: .seconds(Int64.max))) == .held)
        _ = try await storage.acquire(lease("two"))
        _ = try await self.storage.acquire(lease("three"))
        _ = try await storage.acquire(lease("two"))
        try await storage.release(lease("two"))
    }

    @Test("takes a damaged lease for none", arguments: ["", "x", "gatehouse 1 "])
    func damagedLease(content: String) async throws {
        #expect(try await storage.acquire(lease("one")) == .held)
        let name = "storage/" + (try #require(try folder.names("storage").first { $0.hasSuffix(".lease") }))
        try folder.put(Array(content.utf8), name)
        #expect(try await storage.acquire(lease("two", note: "b")) == .held)
        #expect(try await storage.acquire(lease("one")) == .taken(note: "b"))
        // Whole, but nothing that a lease says.
        try CheckedFile(path: folder.path(name)).write(Array(content.utf8))
        #expect(try await storage.acquire(lease("one")) == .held)
    }

    @Test("gives up when the lock of a lease is held for long")
    func lockHeld() async throws {
        #expect(try await storage.acquire(lease("one")) == .held)
        let name = try #require(try folder.names("storage").first { $0.hasSuffix(".lock") })
        let other = open(folder.path("storage/\(name)"), O_RDWR)
        try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
        let error = await #expect(throws: FileError.self) { try await storage.acquire(lease("one")) }
        #expect(error?.problem == .busy)
        close(other)
        #expect(try await storage.acquire(lease("one")) == .held)
    }
}

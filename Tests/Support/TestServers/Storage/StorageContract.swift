// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse

/// What every storage that knows leases has to do, in real time; a test runs ``check(_:)`` for each case.
public enum StorageContract: String, Sendable, CaseIterable {
    case nothingIsNil = "what was never written is nil"
    case binary = "every byte comes back, also when there is none"
    case large = "ten megabytes come back"
    case keys = "keys of any characters are kept apart"
    case replacement = "a value replaces the one before, also a shorter one"
    case whole = "readers beside writers see whole values"
    case lease = "a lease is its owner's, who can prolong it and change the note"
    case race = "of eight who ask at once one gets the lease"
    case release = "only the owner ends a lease"
    case expiry = "a lease ends by itself"
    case durations = "durations may be any"
    case independence = "leases and values of other keys don't matter"
    case closing = "a closed storage can be used again"

    /// Makes another storage at the same place; each is used as another process would.
    public typealias Making = @Sendable () throws -> any LeaseStorage

    /// Makes sure that a storage does what the case says.
    ///
    /// - Parameter make: Makes storages at a place where nothing is stored yet.
    /// - Throws: ``ContractBroken``, and what the storages throw.
    public func check(_ make: Making) async throws {
        let storage = try make()
        switch self {
        case .nothingIsNil:
            try expect(try await storage.read("gatehouse|nothing") == nil)
        case .binary:
            try await checkBinary(storage, another: try make())
        case .large:
            let bytes = (0..<10_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
            try await storage.write(bytes, for: "large")
            try expect(try await make().read("large") == bytes)
        case .keys:
            try await checkKeys(storage)
        case .replacement:
            for count in [100, 70_000, 3, 0, 12] {
                try await storage.write([UInt8](repeating: UInt8(count & 255), count: count), for: "a|b")
                try expect(try await make().read("a|b") == [UInt8](repeating: UInt8(count & 255), count: count))
            }
        case .whole:
            try await checkWhole(make)
        case .lease:
            try await checkLease(storage, another: try make())
        case .race:
            try await checkRace(make)
        case .release:
            try await checkRelease(storage, another: try make())
        case .expiry:
            try await checkExpiry(storage, another: try make())
        case .durations:
            try await checkDurations(storage, another: try make())
        case .independence:
            try await checkIndependence(storage, another: try make())
        case .closing:
            try await storage.write([1], for: "key")
            await storage.close()
            try expect(try await storage.read("key") == [1])
            await storage.close()
            await storage.close()
        }
        await storage.close()
    }

    // MARK: - Values

    private func checkBinary(_ storage: any LeaseStorage, another: any LeaseStorage) async throws {
        let values: [[UInt8]] = [
            Array(0...255), [], [0], Array("\r\n".utf8), Array("$-1\r\n".utf8), [0xFF, 0xFE, 0, 10, 13],
        ]
        for (index, value) in values.enumerated() {
            try await storage.write(value, for: "value|\(index)")
        }
        for (index, value) in values.enumerated() {
            try expect(try await another.read("value|\(index)") == value)
        }
    }

    private func checkKeys(_ storage: any LeaseStorage) async throws {
        let keys = [
            "statsig|/v2/download_config_specs|plain_text|a+b/c=", "statsig|/v2/download_config_specs|plain_text|a+b/c",
            "a", "A", "../a", "/a", "a/b", "a%2Fb", "a b", "*", "~!@#$^&(){}[]:;'\"<>,.?",
            String(repeating: "k", count: 199), String(repeating: "k", count: 198),
        ]
        for key in keys { try await storage.write(Array(key.utf8), for: key) }
        for key in keys { try expect(try await storage.read(key) == Array(key.utf8)) }
    }

    private func checkWhole(_ make: Making) async throws {
        // Each value is one byte again and again, its count told by the byte.
        @Sendable func value(_ byte: UInt8) -> [UInt8] {
            [UInt8](repeating: byte, count: 1_000 + Int(byte) * 997)
        }
        try await make().write(value(0), for: "contested")
        try await withThrowingTaskGroup { group in
            for writer in 0..<UInt8(4) {
                let storage = try make()
                group.addTask {
                    for step in 0..<UInt8(25) { try await storage.write(value(writer * 25 + step), for: "contested") }
                    await storage.close()
                }
            }
            for _ in 0..<4 {
                let storage = try make()
                group.addTask {
                    for _ in 0..<50 {
                        let bytes = try await storage.read("contested")
                        try expect(bytes?.first.map { value($0) } == bytes && bytes != nil)
                    }
                    await storage.close()
                }
            }
            try await group.waitForAll()
        }
    }

    // MARK: - Leases

    private func lease(_ owner: String, for duration: Duration = .seconds(600), note: String = "") -> Lease {
        Lease(key: "gatehouse|lease|x", owner: owner, duration: duration, note: note)
    }

    private func checkLease(_ storage: any LeaseStorage, another: any LeaseStorage) async throws {
        let notes = ["1783000000000", "", "with | blanks  and\nlines", "ä€😀", String(repeating: "n", count: 199)]
        for note in notes {
            try expect(try await storage.acquire(lease("owner-1", note: note)) == .held)
            try expect(try await another.acquire(lease("owner-2", note: "mine")) == .taken(note: note))
            // An owner whose name begins like the other's.
            try expect(try await another.acquire(lease("owner-", note: "mine")) == .taken(note: note))
            try expect(try await another.acquire(lease("owner-11", note: "mine")) == .taken(note: note))
        }
    }

    private func checkRace(_ make: Making) async throws {
        for round in 0..<10 {
            let answers = try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    let storage = try make()
                    let lease = Lease(
                        key: "race|\(round)", owner: "owner-\(number)", duration: .seconds(600), note: "note-\(number)")
                    group.addTask {
                        let answer = try await storage.acquire(lease)
                        await storage.close()
                        return (number, answer)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let holders = answers.filter { $0.1 == .held }.map(\.0)
            try expect(holders.count == 1)
            let others = answers.filter { $0.1 == .taken(note: "note-\(holders.first ?? -1)") }
            try expect(others.count == 7)
        }
    }

    private func checkRelease(_ storage: any LeaseStorage, another: any LeaseStorage) async throws {
        try await storage.release(lease("nobody"))
        try expect(try await storage.acquire(lease("owner-1", note: "a")) == .held)
        for stranger in ["owner-2", "owner-", "owner-11"] {
            try await another.release(lease(stranger))
            try expect(try await another.acquire(lease(stranger)) == .taken(note: "a"))
        }
        try await storage.release(lease("owner-1"))
        try expect(try await another.acquire(lease("owner-2", note: "b")) == .held)
        try await storage.release(lease("owner-1"))
        try expect(try await storage.acquire(lease("owner-1")) == .taken(note: "b"))
    }

    private func checkExpiry(_ storage: any LeaseStorage, another: any LeaseStorage) async throws {
        let start = ContinuousClock.now
        let duration = Duration.milliseconds(300)
        try expect(try await storage.acquire(lease("owner-1", for: duration)) == .held)
        try await waitUntil("another one gets the lease") {
            try await another.acquire(lease("owner-2")) == .held
        }
        // A clock of ms, and a wall clock beside it.
        try expect(ContinuousClock.now - start > duration - .milliseconds(50))
        try expect(try await storage.acquire(lease("owner-1")) == .taken(note: ""))
    }

    private func checkDurations(_ storage: any LeaseStorage, another: any LeaseStorage) async throws {
        for duration: Duration in [.zero, .seconds(-5), .nanoseconds(1), .seconds(Int64.min)] {
            try expect(try await storage.acquire(lease("owner-1", for: duration)) == .held)
            try await waitUntil("a lease of \(duration) is over") {
                try await another.acquire(lease("owner-2", for: duration)) == .held
            }
            try await another.release(lease("owner-2"))
        }
        try expect(try await storage.acquire(lease("owner-1", for: .seconds(Int64.max), note: "long")) == .held)
        try expect(try await another.acquire(lease("owner-2")) == .taken(note: "long"))
    }

    private func checkIndependence(_ storage: any LeaseStorage, another: any LeaseStorage) async throws {
        try await storage.write([1, 2, 3], for: "statsig|x")
        try expect(try await storage.acquire(lease("owner-1")) == .held)
        let other = Lease(key: "gatehouse|lease|y", owner: "owner-2", duration: .seconds(600))
        try expect(try await another.acquire(other) == .held)
        try expect(try await another.read("statsig|x") == [1, 2, 3])
        try await another.release(other)
        try expect(try await another.acquire(lease("owner-2")) == .taken(note: ""))
    }
}

/// A storage didn't do what ``StorageContract`` asks.
public struct ContractBroken: Error, CustomStringConvertible {
    /// Where the broken expectation stands.
    public let description: String
}

private func expect(_ isKept: Bool, line: Int = #line) throws(ContractBroken) {
    guard isKept else { throw ContractBroken(description: "the storage breaks the contract of line \(line)") }
}

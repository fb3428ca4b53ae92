// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import GatehouseEvaluation
import Synchronization
import Testing

@testable import Gatehouse

@Suite("Seen keys")
struct SeenKeysTests {
    private func key(_ number: UInt64) -> ExposureKey {
        ExposureKey(slotHash: XXH3.combined(number, 1), hash: XXH3.combined(number, 2))
    }

    // The larger one doesn't lie on the heap.
    @Test("A key is new once, until all are forgotten", arguments: [1, 100, 200_000])
    func once(_ capacity: Int) {
        let seen = SeenKeys(capacity: capacity)
        #expect(seen.places.insert(key(1)))
        #expect(!seen.places.insert(key(1)))
        #expect(seen.places.insert(key(2)))
        seen.removeAll()
        #expect(seen.places.insert(key(1)))
        #expect(!seen.places.insert(key(1)))
    }

    @Test("Nearly all keys find room that were asked for")
    func room() {
        let seen = SeenKeys(capacity: 10_000)
        for number in 0..<10_000 { #expect(seen.places.insert(key(UInt64(number)))) }
        let forgotten = (0..<10_000).count { seen.places.insert(key(UInt64($0))) }
        #expect(forgotten < 100)
        #expect(seen.evictionCount >= forgotten)
    }

    @Test("What doesn't fit takes the place of others, which is counted")
    func evictions() {
        let seen = SeenKeys(capacity: 8)
        for number in 0..<1_000 { #expect(seen.places.insert(key(UInt64(number)))) }
        #expect(seen.evictionCount >= 1_000 - 16)
    }

    @Test("Keys of one place that differ are different ones")
    func samePlace() {
        let seen = SeenKeys(capacity: 1_000)
        for hash in 1...UInt64(8) { #expect(seen.places.insert(ExposureKey(slotHash: 5, hash: hash))) }
        for hash in 1...UInt64(8) { #expect(!seen.places.insert(ExposureKey(slotHash: 5, hash: hash))) }
    }

    @Test("Of several threads that add the same keys at once, one is the first")
    func threads() {
        let seen = SeenKeys(capacity: 100_000)
        let new = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for number in 0..<20_000 where seen.places.insert(key(UInt64(number))) {
                new.wrappingAdd(1, ordering: .relaxed)
            }
        }
        #expect(new.load(ordering: .relaxed) - seen.evictionCount <= 20_000)
        #expect(new.load(ordering: .relaxed) >= 20_000)
    }
}

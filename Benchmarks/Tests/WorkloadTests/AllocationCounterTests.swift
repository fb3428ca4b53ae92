// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import Testing

@Suite("The allocation counter", .enabled(if: allocation_count() >= 0))
struct AllocationCounterTests {
    /// Arrays grow and stay, so that the compiler can't put them on the stack.
    private final class Keeper {
        var arrays: [[Int]] = []
    }

    @Test("an array that is kept is an allocation, and doing nothing isn't")
    func counts() {
        let keeper = Keeper()
        keeper.arrays.reserveCapacity(100)
        let before = allocation_count()
        let between = allocation_count()
        for number in 0..<100 { keeper.arrays.append([number]) }
        let after = allocation_count()
        #expect(between == before)
        #expect(after - between == 100)
        #expect(keeper.arrays.count == 100)
    }

    @Test("memory in use grows by what is asked for, and shrinks when it is freed")
    func bytesInUse() {
        // Far more than other tests take meanwhile; never touched, it costs nothing.
        let byteCount = 1 << 28
        let before = allocation_bytes_in_use()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
        let between = allocation_bytes_in_use()
        memory.deallocate()
        let after = allocation_bytes_in_use()
        #expect(between - before > Int64(byteCount / 2))
        #expect(between - after > Int64(byteCount / 2))
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import NIOConcurrencyHelpers
import TestServers
import Testing

@Suite("Large ID lists")
struct LargeIDListTests {
    private static func lines(_ numbers: Range<UInt64>) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(numbers.count * 10)
        for number in numbers {
            lines.append(UInt8(ascii: "+"))
            lines += ListLine.characters(of: number &* 0x9E37_79B9_7F4A_7C15 >> 16)
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    @Test("A million members are there while a thousand more are merged in")
    func merging() async throws {
        var file = ListServer.File(ListLine.add("u1"))
        file.content += Self.lines(1..<1_000_000)
        let release = Promise<Void>()
        try await ListServer.run(["a": file]) { server, sync in
            let first = await sync.synchronize()
            #expect(first.errors.isEmpty && first.status.memberCount == 1_000_000)
            #expect(first.status.memoryByteCount <= 12_000_000 && first.receivedByteCount == 10_000_000)

            server.change("a") {
                $0.content += Self.lines(1_000_000..<1_001_000) + ListLine.add("u2").utf8
                $0.answer = { _, honest in
                    await release.value()
                    return honest
                }
            }
            // The reader is at work before, during and after the merge, and never misses a member.
            let seen = NIOLockedValueBox((lookups: 0, misses: 0))
            let reader = Task.detached {
                while !Task.isCancelled {
                    let isMember = sync.lists["a"]?.contains("u1") == true
                    seen.withLockedValue { $0 = ($0.lookups + 1, $0.misses + (isMember ? 0 : 1)) }
                    await Task.yield()
                }
            }
            let old = first.lists
            async let second = sync.synchronize()
            try await waitUntil("the reader reads") { seen.withLockedValue { $0.lookups } > 100 }
            release.keep(())
            let report = await second
            let after = seen.withLockedValue { $0.lookups }
            try await waitUntil("the reader reads on") { seen.withLockedValue { $0.lookups } > after }
            reader.cancel()
            await reader.value

            #expect(seen.withLockedValue { $0.misses } == 0)
            #expect(report.errors.isEmpty && report.receivedByteCount == 10_010)
            #expect(report.lists["a"]?.count == 1_001_001 && report.lists["a"]?.contains("u2") == true)
            #expect(report.status.memoryByteCount <= 12_100_000)
            #expect(old["a"]?.count == 1_000_000 && old["a"]?.contains("u2") == false)
            #expect(server.ranges(of: "a") == ["bytes=0-", "bytes=10000000-"])
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@Suite("XXH3")
struct XXH3Tests {
    @Test("Empty text has the published hash, with or without a pointer")
    func empty() {
        #expect(XXH3.hash(UnsafeBufferPointer(start: nil, count: 0)) == 0x2D06_8005_38D3_94C2)
        #expect([UInt8]().withUnsafeBufferPointer(XXH3.hash) == 0x2D06_8005_38D3_94C2)
    }

    @Test("Texts of every length have different hashes")
    func lengths() {
        let text = [UInt8](repeating: 0x61, count: 1000)
        let hashes = Set((0...1000).map { text[..<$0].withUnsafeBufferPointer(XXH3.hash) })
        #expect(hashes.count == 1001)
    }
}

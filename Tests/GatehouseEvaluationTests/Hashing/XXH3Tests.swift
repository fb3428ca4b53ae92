// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@Suite("XXH3")
struct XXH3Tests {
    @Test("Empty text has the published hash, with or without an address")
    func empty() {
        let withoutAddress = XXH3.hash(Span())
        #expect(withoutAddress == 0x2D06_8005_38D3_94C2)
        let empty = XXH3.hash([UInt8]().span)
        #expect(empty == 0x2D06_8005_38D3_94C2)
    }

    @Test("Texts of every length have different hashes")
    func lengths() {
        let text = [UInt8](repeating: 0x61, count: 1000)
        let hashes = Set((0...1000).map { XXH3.hash(text.span.extracting(first: $0)) })
        #expect(hashes.count == 1001)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import NIOSSL
import Testing

@testable import Gatehouse

@Suite("Transport, TLS")
struct TLSTests {
    @Test("A client's connections are TLS 1.2 at least")
    func minimum() throws {
        #expect(try TLSConfiguration(trustingAuthoritiesIn: nil).minimumTLSVersion == .tlsv12)
    }
}

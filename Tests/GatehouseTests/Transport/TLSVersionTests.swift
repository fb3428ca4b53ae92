// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOSSL
import TestSupport
import Testing

@testable import Gatehouse

@Suite("Transport, TLS versions", .enabled(if: OpenSSL.isThere, "there is no openssl in PATH"))
struct TLSVersionTests {
    @Test("A client refuses a server of TLS 1.1, and takes the same server with later versions")
    func versions() async throws {
        let files = try OpenSSL.certificate()
        var configuration = HTTPClient.Configuration(NetworkOptions())
        var tls = try TLSConfiguration(trustingAuthoritiesIn: nil)
        tls.certificateVerification = .none
        configuration.tlsConfiguration = tls
        for (version, isTaken) in [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
            let server = try OpenSSL.Server(files, version: version)
            let url = "https://\(try await server.address())/"
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            var status: String?
            var problem = ""
            do {
                status = "\(try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(20)).status)"
            } catch {
                problem = String(describing: error)
            }
            try await client.shutdown()
            #expect(status == (isTaken ? "200 OK" : nil), "\(version): \(problem)")
            #expect(isTaken || problem.contains("PROTOCOL"), "\(problem)")
        }
    }
}

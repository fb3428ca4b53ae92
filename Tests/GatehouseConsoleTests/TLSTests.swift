// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import GatehouseConsole
import NIOCore
import NIOHTTP1
import NIOSSL
import TestSupport
import Testing

struct TLSTests {
    @Test(
        "With a certificate, the console speaks TLS 1.2 and later",
        .enabled(if: OpenSSL.isThere, "there is no openssl in PATH"))
    func tls() async throws {
        let files = try OpenSSL.certificate()
        var options = TestConsole.options()
        options.tls = ConsoleOptions.TLSFiles(certificates: files.certificate, privateKey: files.key)
        try await Console.withConsole(options) { console in
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.certificateVerification = .none
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(tlsConfiguration: tls))
            let url = try await console.url
            #expect(url.hasPrefix("https://"))
            let result = await Result {
                try await client.execute(HTTPClientRequest(url: url + "/v1/health"), timeout: .seconds(30)).status
            }
            try await client.shutdown()
            #expect(try result.get() == .ok)

            tls.minimumTLSVersion = .tlsv1
            tls.maximumTLSVersion = .tlsv11
            let oldClient = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(tlsConfiguration: tls))
            let refused = await Result {
                try await oldClient.execute(HTTPClientRequest(url: url + "/v1/health"), timeout: .seconds(30)).status
            }
            try await oldClient.shutdown()
            #expect(throws: (any Error).self) { try refused.get() }

            // OpenSSL itself.
            let address = url.replacing("https://", with: "")
            for version in ["-tls1_2", "-tls1_3"] {
                #expect(try OpenSSL.connect(address, version).status == 0, "\(version)")
            }
            for version in ["-tls1", "-tls1_1"] {
                let (status, text) = try OpenSSL.connect(address, version)
                #expect(status != 0)
                #expect(text.contains("alert protocol version"), "\(text)")
            }
            // With a server that takes TLS 1.1 the same command succeeds.
            let server = try OpenSSL.Server(files, version: "-tls1_1")
            let old = try await server.address()
            #expect(try OpenSSL.connect(old, "-tls1_1").status == 0)
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}

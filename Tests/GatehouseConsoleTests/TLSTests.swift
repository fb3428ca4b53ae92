// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import GatehouseConsole
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

struct TLSTests {
    private static let hasOpenSSL = (try? TLSTests.run("openssl", ["version"])) == 0

    @Test(
        "With a certificate, the console speaks TLS 1.2 and later",
        .enabled(if: hasOpenSSL, "there is no openssl in PATH"))
    func tls() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (certificate, key) = (folder.appending(path: "c.pem").path, folder.appending(path: "k.pem").path)
        let status = try TLSTests.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1",
                "-subj", "/CN=127.0.0.1",
            ])
        #expect(status == 0)
        var options = TestConsole.options()
        options.tls = ConsoleOptions.TLSFiles(certificates: certificate, privateKey: key)
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
            let old = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(tlsConfiguration: tls))
            let refused = await Result {
                try await old.execute(HTTPClientRequest(url: url + "/v1/health"), timeout: .seconds(30)).status
            }
            try await old.shutdown()
            #expect(throws: (any Error).self) { try refused.get() }
        }
    }

    private static func run(_ command: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [command] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import CZstd
import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

/// The bodies of SDKs: compressed, encoded, as beacons.
struct BodyTests {
    private static let text = #"{"events":[{"eventName":"packed","user":{"userID":"u1"}}]}"#

    /// ``text`` as other programs have compressed it.
    private enum Packed {
        static let brotli =
            "GzkAAJwHdixnKpJg2hu9FtnbIto6fV0sK4YsRZLKPMbGH8aTJ2WbwHFoR3T3JVJiOLg02b6bLpPb0FEP"
        /// With the length of the content, and a frame that doesn't tell it.
        static let zstandard = [
            "KLUv/SA6vQEA5AJ7ImV2ZW50cyI6W05hbWUiOiJwYWNrZWQiLCJ1c2VyIjp7SUQiOiJ1MSJ9fV19AgBXRHNWvA==",
            "KLUv/QBYvQEA5AJ7ImV2ZW50cyI6W05hbWUiOiJwYWNrZWQiLCJ1c2VyIjp7SUQiOiJ1MSJ9fV19AgBXRHNWvA==",
        ]
        /// A frame that asks for a window of 128 MiB.
        static let wideZstandard =
            "KLUv/QCIvQEA5AJ7ImV2ZW50cyI6W05hbWUiOiJwYWNrZWQiLCJ1c2VyIjp7SUQiOiJ1MSJ9fV19AgBXRHNWvA=="
        static let zlib = "eJyrVkotS80rKVayiq6GMP0Sc1OVrJQKEpOzU1OUdJRKi1OLlKyqwbSnC1Cm1FCptja2FgBPsROe"
        static let deflate = "q1ZKLUvNKylWsoquhjD9EnNTlayUChKTs1NTlHSUSotTi5SsqsG0pwtQptRQqbY2thYA"
        /// 80 MB of blanks in 132 bytes.
        static let brotliBomb =
            "y///P/glQOKxQCD3/o///3/wSwDEYRGA7v0f////4JcAiMMCAN37P/7//8EvARCHBQC693/8//+DXwIgDgsAdO//+P//B78EQBwWAOje"
            + "//H//w9+CYA4LADQvf/j//8f/BIAcVgAoHv/x///P/glAOKwAED3/o///3/wSwDEYQGA7v3f"
    }

    private static func bytes(_ base64: String) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: base64)))
    }

    private static func zstandard(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8] {
        var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = ZSTD_compress(&packed, packed.count, bytes, bytes.count, level)
        return Array(packed.prefix(count))
    }

    /// Blanks that don't compress further than events do.
    private static func blanks(_ count: Int) -> [UInt8] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return state >> 31 == 0 ? 0x20 : 0x0A
        }
    }

    /// Base64 backwards, as clients in browsers encode ASCII.
    private static func encoded(_ bytes: [UInt8]) -> [UInt8] { Data(bytes).base64EncodedData().reversed() }

    private static func run(_ body: @Sendable @escaping (TestConsole, String) async throws -> Void) async throws {
        try await TestConsole.run(TestSpecs.options(SDKSpecs.document)) { console in
            try await body(console, try await console.createKey(["type": "CLIENT", "description": "A"]).secret)
        }
    }

    @Test("Bodies in every content coding are read, in two of them as well")
    func codings() async throws {
        try await BodyTests.run { console, key in
            let plain = Array(BodyTests.text.utf8)
            let gzip = try Gunzip.packed(plain)
            let long = Array((BodyTests.text + String(repeating: " ", count: 9 << 20)).utf8)
            let zstandard = try BodyTests.bytes(Packed.zstandard[0])
            let cases: [(String?, [UInt8])] = [
                (nil, plain), ("identity", plain), ("", plain), ("gzip", gzip), ("X-GZIP", gzip),
                ("zstd", zstandard), ("ZSTD", try BodyTests.bytes(Packed.zstandard[1])),
                // Frames may follow one another, and skippable ones be between them.
                ("zstd", zstandard + BodyTests.zstandard(Array("   ".utf8))),
                ("zstd", [0x50, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 1, 2] + zstandard),
                ("zstd", BodyTests.zstandard(plain, level: 19)),
                // One segment of 9 MiB, whose window is as large.
                ("zstd", BodyTests.zstandard(plain + BodyTests.blanks(9 << 20))),
                ("br", try BodyTests.bytes(Packed.brotli)), ("deflate", try BodyTests.bytes(Packed.zlib)),
                ("deflate", try BodyTests.bytes(Packed.deflate)),
                ("gzip, zstd", BodyTests.zstandard(gzip)), ("identity, gzip", gzip),
            ]
            for (coding, body) in cases {
                let response = try await console.send(
                    .POST, "/v1/log_event", key: key, body: body,
                    headers: coding.map { [("Content-Encoding", $0)] } ?? [])
                #expect(response.status == 202, "\(coding ?? "none"): \(response.text)")
            }
            #expect(try await console.stored("packed").count == cases.count)
            #expect(try await console.stored("packed").allSatisfy { $0["user"]["userID"] == "u1" })
            let whole = try await console.send(
                .POST, "/v1/log_event", key: key, body: long, headers: [("Content-Encoding", "identity")])
            #expect(whole.status == 202)
        }
    }

    @Test("Bodies that aren't what their coding says are refused, and so are those that grow too far")
    func refusals() async throws {
        try await BodyTests.run { console, key in
            func status(_ coding: String, _ body: [UInt8]) async throws -> Int {
                try await console.send(
                    .POST, "/v1/log_event", key: key, body: body, headers: [("Content-Encoding", coding)]
                ).status
            }
            let plain = Array(BodyTests.text.utf8)
            for (coding, packed) in [
                ("zstd", Packed.zstandard[0]), ("zstd", Packed.zstandard[1]), ("br", Packed.brotli),
                ("deflate", Packed.zlib), ("deflate", Packed.deflate),
            ] {
                let body = try BodyTests.bytes(packed)
                for count in [1, 4, body.count / 2] {
                    #expect(try await status(coding, Array(body.dropLast(count))) == 400, "\(coding) -\(count)")
                }
                #expect(try await status(coding, plain) == 400)
                #expect(try await status(coding, []) == 400)
            }
            #expect(try await status("br", try BodyTests.bytes(Packed.brotli) + [0]) == 400)
            #expect(try await status("zstd", try BodyTests.bytes(Packed.zstandard[0]) + [0]) == 400)
            #expect(try await status("zstd", try BodyTests.bytes(Packed.wideZstandard)) == 400)
            for coding in ["compress", "gzip, gzip, gzip", "zstd2", "dcb"] {
                let response = try await console.send(
                    .POST, "/v1/log_event", key: key, body: plain, headers: [("Content-Encoding", coding)])
                #expect(response.status == 415)
                #expect(response.headers.first(name: "accept-encoding") == "gzip, deflate, br, zstd")
            }
            let blanks = [UInt8](repeating: 0x20, count: 80 << 20)
            #expect(try await status("zstd", BodyTests.zstandard(blanks)) == 413)
            #expect(try await status("br", try BodyTests.bytes(Packed.brotliBomb)) == 413)
            // A bomb in a bomb.
            #expect(try await status("zstd, gzip", try Gunzip.packed(BodyTests.zstandard(blanks))) == 413)
            #expect(try await console.get("/console/v1/events").data == [])
        }
    }

    @Test("Bodies that clients in browsers compress or encode without a header are read")
    func browsers() async throws {
        try await BodyTests.run { console, key in
            let plain = Array(BodyTests.text.utf8)
            let encoded = BodyTests.encoded(plain)
            let cases: [(String, [UInt8], [(String, String)])] = [
                ("?k=\(key)&gz=1", try Gunzip.packed(plain), []),
                ("?k=\(key)&se=1&gz=1", try Gunzip.packed(encoded), []),
                // A proxy has decompressed the body, or has set the header.
                ("?k=\(key)&gz=1", plain, []),
                ("?k=\(key)&gz=1", try Gunzip.packed(plain), [("Content-Encoding", "gzip")]),
                ("?k=\(key)&se=1", encoded, []), ("?k=\(key)", encoded, [("STATSIG-ENCODED", "1")]),
                ("?k=\(key)", plain, [("statsig-encoded", "0")]),
            ]
            for path in ["/v1/log_event", "/v1/rgstr", "/v1/rgstr_b", "/v1/log_event_beacon"] {
                for (query, body, headers) in cases {
                    let response = try await console.send(
                        .POST, path + query, key: nil, body: body,
                        headers: headers + [("Content-Type", "text/plain;charset=UTF-8")])
                    #expect(response.status == 202, "\(path)\(query): \(response.text)")
                }
            }
            #expect(try await console.stored("packed").count == 4 * cases.count)
            let user = BodyTests.encoded(Array(#"{"user":{"userID":"u1"}}"#.utf8))
            let headers = [("STATSIG-ENCODED", "1")]
            for body in [user, Array("{}".utf8)] {
                let response = try await console.send(
                    .POST, "/v1/check_gate", key: key, body: body, headers: headers)
                // The user is read, the name of the gate is missing.
                #expect(response.status == 400)
                #expect(response.json["errors"][0]["property"].string == (body == user ? "gateName" : "body"))
            }
        }
    }

    @Test("Exceptions of SDKs are counted, and cut where they are long")
    func exceptions() async throws {
        try await BodyTests.run { console, key in
            let body: Value = [
                "tag": "statsig::log_event_failed", "exception": "e",
                "info": .string(String(repeating: "i", count: 5000)),
                "extra": ["eventCount": 3], "statsigMetadata": ["sdkType": "js-client", "sdkVersion": "5.1.0"],
            ]
            for path in ["/v1/sdk_exception", "/v1/rgstr_e?k=\(key)"] {
                let response = try await console.send(
                    .POST, path, key: path.contains("?") ? nil : key, json: body)
                #expect(response.status == 202)
            }
            #expect(try await console.send(.POST, "/v1/rgstr_e", key: key, json: [:]).status == 202)
            #expect(try await console.send(.POST, "/v1/rgstr_e", key: key, json: []).status == 400)
            #expect(try await console.send(.POST, "/v1/rgstr_e", key: nil, json: [:]).status == 401)
            let stored = try await console.stored("statsig::sdk_exception")
            #expect(stored.count == 3)
            #expect(stored[1]["metadata"]["tag"] == "statsig::log_event_failed")
            #expect(stored[1]["metadata"]["sdkType"] == "js-client")
            #expect(stored[1]["metadata"]["info"].string?.count == 1000)
        }
    }
}

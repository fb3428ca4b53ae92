// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseConsole
import GatehouseEvaluation
import NIOHTTP1
import Testing

struct EventTests {
    @Test("Events are stored, counted and can be read, compressed or not, from servers and clients")
    func events() async throws {
        try await TestConsole.run { console in
            let server = try await console.createKey(["type": "SERVER", "description": "A"])
            let client = try await console.createKey(["type": "CLIENT", "description": "B"])
            let body: Value = [
                "events": [
                    [
                        "eventName": "purchase", "value": 9.5, "time": 1_700_000_000_000, "metadata": ["sku": "a"],
                        "user": ["userID": "u1", "privateAttributes": ["email": "a@b.example"]],
                    ],
                    ["eventName": "purchase", "user": ["userID": 7], "time": 1_700_000_000_000.5],
                    ["eventName": "statsig::gate_exposure", "user": nil, "time": "soon"],
                    ["name": "nameless"], 1, nil,
                ],
                "statsigMetadata": ["sdkType": "test"],
            ]
            let plain = try await console.send(.POST, "/v1/log_event", key: server.secret, json: body)
            #expect(plain.status == 202)
            #expect(plain.json == ["success": true])
            let packed = try await console.send(
                .POST, "/v1/rgstr?k=\(client.secret)", key: nil, body: try Gunzip.packed(Array(body.jsonText.utf8)),
                headers: [("Content-Encoding", "gzip")])
            #expect(packed.status == 202)

            let counts = try await console.get("/console/v1/event_counts")
            #expect(counts.data.array?.map { $0["name"] } == ["purchase", "statsig::gate_exposure"])
            #expect(counts.data.array?.map { $0["count"] } == [4, 2])
            #expect(try await console.console.eventCount(named: "purchase") == 4)
            #expect(try await console.console.eventCount(named: "nothing") == 0)

            let purchases = try await console.get("/console/v1/events/purchase?limit=3")
            #expect(purchases.json["pagination"]["totalItems"] == 4)
            #expect(purchases.data.array?.count == 3)
            #expect(purchases.data[0]["keyID"].string == client.id)
            #expect(purchases.data[1]["event"]["metadata"] == ["sku": "a"])
            #expect(purchases.data[1]["time"] == 1_700_000_000_000)
            #expect(!purchases.text.contains("a@b.example"))
            let ofUser = try await console.get("/console/v1/events/purchase?userID=u1")
            #expect(ofUser.data.array?.count == 2)
            let exposures = try await console.get("/console/v1/events/statsig%3A%3Agate_exposure")
            #expect(exposures.data.array?.count == 2)
        }
    }

    @Test("Bodies that can't be read are refused, and store nothing")
    func refusals() async throws {
        try await TestConsole.run { console in
            let key = try await console.createKey(["type": "SERVER", "description": "A"]).secret
            func status(_ body: [UInt8], _ encoding: String? = nil) async throws -> Int {
                try await console.send(
                    .POST, "/v1/log_event", key: key, body: body,
                    headers: encoding.map { [("Content-Encoding", $0)] } ?? []
                ).status
            }
            for body in ["", "{", "[]", "{}", #"{"events":{}}"#, #"{"events":null}"#] {
                #expect(try await status(Array(body.utf8)) == 400, "\(body)")
            }
            let packed = try Gunzip.packed(Array(#"{"events":[]}"#.utf8))
            #expect(try await status(packed, "gzip") == 202)
            #expect(try await status(packed) == 400)
            #expect(try await status(Array(packed.dropLast(4)), "gzip") == 400)
            // Several streams are one body; none of them may be dropped without a word.
            let halves = try [#"{"events":"#, "[]}"].map { try Gunzip.packed(Array($0.utf8)) }
            #expect(try await status(halves[0] + halves[1], "gzip") == 202)
            #expect(try await status(packed + packed, "gzip") == 400)
            #expect(try await status(packed + [0x20], "gzip") == 400)
            #expect(try await status(Array("{}".utf8), "gzip") == 400)
            #expect(try await status(packed, "zstd") == 400)
            #expect(try await status(packed, "compress") == 415)
            // 80 MB of blanks are 80 kB compressed.
            let bomb = try Gunzip.packed([UInt8](repeating: 0x20, count: 80 << 20))
            #expect(try await status(bomb, "gzip") == 413)
            #expect(try await console.get("/console/v1/events").data == [])
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import GatehouseTesting
import NIOCore
import NIOHTTP1
import TestServers
import Testing

@Suite("A server in the test's process")
struct LoopbackServerTests {
    private static let on = TestProject { TestGate("gate", on: true) }
    private static let off = TestProject { TestGate("gate", on: false) }
    private let user = User(userID: "a-user")

    private func post(_ body: [UInt8], _ headers: HTTPHeaders = [:], to url: String) async throws -> (UInt, String) {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = headers
        request.body = .bytes(ByteBuffer(bytes: body))
        let reply = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        return (reply.status.code, String(buffer: try await reply.body.collect(upTo: 1 << 20)))
    }

    @Test("A client downloads from it, and notices what it serves next")
    func serving() async throws {
        try await LoopbackServer.run(Self.on) { server in
            let client = GatehouseClient(key: server.key, options: server.options(time: VirtualTime()))
            #expect(await client.start().origin == .network)
            #expect(client.checkGate("gate", for: user))
            withOverrides {
                $0.setGate("gate", to: false)
            } operation: {
                #expect(!client.checkGate("gate", for: user))
            }

            #expect(await client.refresh().problems.isEmpty)
            #expect(client.checkGate("gate", for: user))
            server.serve(Self.off)
            #expect(await client.refresh().problems.isEmpty)
            #expect(!client.checkGate("gate", for: user))
            let path = "GET /v2/download_config_specs/secret-loopback.json"
            let since = "\(path)?sinceTime=1783000000000&checksum=1783000000000"
            #expect(server.requests == [path, since, since])
            await client.shutdown()
        }
    }

    @Test("A client polls it as time passes")
    func polling() async throws {
        try await LoopbackServer.run(Self.on) { server in
            let time = VirtualTime()
            let client = GatehouseClient(key: server.key, options: server.options(time: time))
            await client.start()
            var updates = client.updates.makeAsyncIterator()
            server.serve(Self.off)
            try await time.waitForSleepers(1)
            await time.advance(by: .seconds(12))
            #expect(await updates.next()?.documentTime == TestProject.defaultTime + 1)
            #expect(!client.checkGate("gate", for: user))
            await client.shutdown()
        }
    }

    @Test("A client that has the document is told so, and a client with another one gets it")
    func versions() async throws {
        try await LoopbackServer.run(Self.on) { server in
            func size(_ query: String) async throws -> Int {
                let url = "\(server.url)/v2/download_config_specs/any-key.json\(query)"
                let reply = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(20))
                #expect(reply.status == .ok)
                return try await reply.body.collect(upTo: 1 << 20).readableBytes
            }
            let whole = Self.on.document().count
            let nothing = #"{"has_updates":false}"#.utf8.count
            #expect(try await size("") == whole)
            #expect(try await size("?sinceTime=1782999999999") == whole)
            #expect(try await size("?sinceTime=1783000000000") == nothing)
            #expect(try await size("?sinceTime=1783000000001&checksum=other") == nothing)
            #expect(try await size("?sinceTime=1783000000000&checksum=1783000000000") == nothing)
            #expect(try await size("?sinceTime=1783000000000&checksum=other") == whole)
            #expect(throws: (any Error).self) { try server.serve(document: Array("{".utf8)) }
            try server.serve(document: Self.off.document(time: 1_783_000_000_005))
            #expect(try await size("?sinceTime=1783000000000") == Self.off.document().count)
            server.serve(Self.on)
            #expect(try await size("?sinceTime=1783000000006") == nothing)
        }
    }

    @Test("It fails when it is told to, and clients go on answering")
    func failing() async throws {
        try await LoopbackServer.run(Self.on) { server in
            var options = server.options()
            options.network?.retries = 0
            let client = GatehouseClient(key: server.key, options: options)
            await client.start()
            server.fail(with: 503)
            #expect(await client.refresh().problems.map(\.code) == [.refused])
            #expect(client.checkGate("gate", for: user))
            server.fail(with: nil)
            #expect(await client.refresh().problems.isEmpty)
            await client.shutdown()
        }
    }

    @Test("It collects events, compressed or not")
    func events() async throws {
        try await LoopbackServer.run { server in
            let url = "\(server.url)/v1/log_event"
            let one = Array(#"{"events":[{"eventName":"one"},{"eventName":"two"}],"statsigMetadata":{}}"#.utf8)
            let (status, body) = try await post(one, to: url)
            #expect(status == 202 && body == #"{"success":true}"#)
            let two = Answer(body: Array(#"{"events":[{"eventName":"three"}]}"#.utf8)).gzipped().body
            #expect(try await post(two, ["Content-Encoding": "gzip"], to: url).0 == 202)
            #expect(try await post(Array("[".utf8), to: url).0 == 400)
            #expect(try await post([], to: url).0 == 400)
            #expect(try await server.waitForEvents(3).map { $0["eventName"] } == ["one", "two", "three"])
            #expect(try await post([], to: "\(server.url)/v1/get_id_lists").1 == "{}")
            #expect(try await post([], to: "\(server.url)/nowhere").0 == 404)
        }
    }

    @Test("It ends what is open when it stops, and what it runs may fail")
    func stopping() async throws {
        struct Failure: Error {}
        let server = try await LoopbackServer.start(Self.on)
        _ = try await post([], to: "\(server.url)/nowhere")
        await server.stop()
        await #expect(throws: (any Error).self) { try await post([], to: "\(server.url)/nowhere") }
        await #expect(throws: Failure.self) { try await LoopbackServer.run { _ in throw Failure() } }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import TestServers
import Testing

@Suite("Downloads of config specs")
struct DocumentDownloadTests {
    private static let key = SDKKey("secret-0123456789abcdefghij")
    private let time = VirtualTime(wallTime: 1_783_000_000_123)

    private func fetch(
        _ server: FaultServer, key: SDKKey = key, time documentTime: UInt64? = nil, checksum: String? = nil
    ) async throws -> DocumentFetch {
        var options = NetworkOptions(specsURL: server.url)
        options.serviceName = "a-service"
        let transport = Transport(options, time: time)
        let download = DocumentDownload(
            transport: transport, options: options, identity: RequestIdentity(serviceName: options.serviceName),
            time: time)
        var version: DocumentVersion?
        if let documentTime {
            var metadata = Ruleset.Metadata()
            metadata.time = documentTime
            metadata.checksum = checksum
            version = DocumentVersion(metadata, wallTime: time.wallTime())
        }
        do {
            let result = try await download.fetch(
                from: options.specsURL + "/specs", key: key, since: version, timeout: .seconds(600))
            await transport.close()
            return result
        } catch {
            await transport.close()
            throw error
        }
    }

    @Test("The request has the headers of the protocol, once each")
    func headers() async throws {
        try await FaultServer.run({ _ in Answer(json: "{}") }) { server in
            _ = try await fetch(server)
            let request = server.requests[0]
            #expect(request.method == "GET")
            #expect(request.path == "/specs/secret-0123456789abcdefghij.json")
            #expect(request[header: "STATSIG-API-KEY"] == DocumentDownloadTests.key.secret)
            #expect(request[header: "STATSIG-SDK-TYPE"] == "gatehouse")
            #expect(request[header: "STATSIG-SDK-VERSION"]?.isEmpty == false)
            #expect(request[header: "STATSIG-SERVER-SESSION-ID"]?.count == 36)
            #expect(request[header: "STATSIG-CLIENT-TIME"] == "1783000000123")
            #expect(request[header: "x-request-service"] == "a-service")
            #expect(request[header: "accept-encoding"] == "gzip, deflate")
            let names = request.headers.map { $0.name.lowercased() }
            #expect(Set(names).count == names.count)
            // Protocol buffers aren't asked for.
            #expect(request[header: "statsig-supports-proto"] == nil)
            #expect(!request.path.contains("supports_proto"))
        }
    }

    @Test(
        "The query says what is here, the checksum escaped twice",
        arguments: [
            (nil, nil, ""), (0, nil, ""), (5, nil, "?sinceTime=5"), (5, "", "?sinceTime=5&checksum="),
            (5, "123", "?sinceTime=5&checksum=123"), (0, "123", "?checksum=123"),
            (5, "abc+/=1", "?sinceTime=5&checksum=abc%252B%252F%253D1"),
            (5, "ä&b", "?sinceTime=5&checksum=%25C3%25A4%2526b"),
            (1_783_000_000_000, "1", "?sinceTime=1783000000000&checksum=1"), (.max, "1", "?checksum=1"),
        ] as [(UInt64?, String?, String)])
    func query(time: UInt64?, checksum: String?, query: String) async throws {
        try await FaultServer.run({ _ in Answer(json: "{}") }) { server in
            _ = try await fetch(server, time: time, checksum: checksum)
            #expect(server.requests[0].path == "/specs/secret-0123456789abcdefghij.json\(query)")
        }
    }

    @Test("A key of odd characters stays one part of the path")
    func oddKey() async throws {
        try await FaultServer.run({ _ in Answer(json: "{}") }) { server in
            _ = try await fetch(server, key: SDKKey("secret-a/b?c#d e%ä"))
            #expect(server.requests[0].path == "/specs/secret-a%2Fb%3Fc%23d%20e%25%C3%A4.json")
        }
    }

    @Test("Without a key no server is asked")
    func emptyKey() async throws {
        try await FaultServer.run { server in
            let failure = await #expect(throws: DownloadFailure.self) { _ = try await fetch(server, key: SDKKey(" ")) }
            #expect(failure?.error.code == .unauthorized)
            #expect(failure?.retry == .nextInterval)
            #expect(server.requestCount == 0)
        }
    }

    @Test(
        "What a status means for the next try",
        arguments: [
            (204, SyncError.Code.invalidDocument, DownloadFailure.Retry.nextInterval), (400, .refused, .nextInterval),
            (401, .unauthorized, .nextInterval), (403, .unauthorized, .nextInterval), (404, .refused, .nextInterval),
            (408, .refused, .soon), (413, .refused, .nextInterval), (429, .tooManyRequests, .nextInterval),
            (500, .refused, .soon), (501, .refused, .nextInterval), (502, .refused, .soon), (503, .refused, .soon),
            (504, .refused, .soon), (599, .refused, .soon), (302, .refused, .nextInterval),
        ])
    func status(status: Int, code: SyncError.Code, retry: DownloadFailure.Retry) async throws {
        try await FaultServer.run({ _ in Answer(json: "", status: status) }) { server in
            let failure = await #expect(throws: DownloadFailure.self) { _ = try await fetch(server) }
            #expect(failure?.error.code == code)
            #expect(failure?.error.part == .download)
            #expect(failure?.error.time == 1_783_000_000_123)
            #expect(failure?.retry == retry)
            #expect(failure?.error.message.contains("\(status)") == true)
            #expect(failure?.error.message.contains("\(server.url)/specs/secret-01234*****.json") == true)
        }
    }

    @Test(
        "Retry-After is seconds or a date, and no more than five minutes",
        arguments: [
            ("0", Duration.zero), ("7", .seconds(7)), ("300", .seconds(300)), ("301", .seconds(300)),
            ("9223372036854775807", .seconds(300)), ("Thu, 02 Jul 2026 13:46:50 GMT", .milliseconds(9_877)),
            ("Thu, 02 Jul 2020 13:46:50 GMT", .zero), ("Thu, 02 Jul 2099 13:46:50 GMT", .seconds(300)),
        ])
    func retryAfter(text: String, pause: Duration) async throws {
        try await FaultServer.run({ _ in Answer(json: "", status: 503).with("Retry-After", text) }) { server in
            let failure = await #expect(throws: DownloadFailure.self) { _ = try await fetch(server) }
            guard case .after(let duration)? = failure?.retry else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(abs((duration - pause) / .milliseconds(1)) < 1)
        }
    }

    @Test(
        "A Retry-After that is neither doesn't count",
        arguments: [
            "", "soon", "-1", "1.5", "0x10", "99999999999999999999", "Thu, 02 Jul 2026 13:46:50 CET",
            "Thu, 02 Yul 2026 13:46:50 GMT", "Thu, 02 Jul 2026 13:46:50", "1 2 Jul 4 5 GMT",
        ])
    func badRetryAfter(text: String) async throws {
        try await FaultServer.run({ _ in Answer(json: "", status: 503).with("Retry-After", text) }) { server in
            let failure = await #expect(throws: DownloadFailure.self) { _ = try await fetch(server) }
            #expect(failure?.retry == .soon)
        }
    }

    @Test("A server that repeats the key isn't quoted", arguments: [404, 500, 200])
    func echo(status: Int) async throws {
        for key in [DocumentDownloadTests.key, SDKKey("secret-with spaces/and more")] {
            try await FaultServer.run({ request in
                Answer(
                    status: status, headers: [("Content-Type", "text/html")],
                    body: Array("<pre>Cannot GET \(request.path)</pre>".utf8))
            }) { server in
                let failure = await #expect(throws: DownloadFailure.self) { _ = try await fetch(server, key: key) }
                #expect(failure?.error.message.contains("Cannot GET") == false)
                #expect(failure?.error.message.contains(key.description) == true)
            }
        }
        // Neither does half of it show when the quotation would end within the key.
        let text = String(repeating: "x", count: 110) + DocumentDownloadTests.key.secret
        try await FaultServer.run({ _ in Answer(json: text, status: 404) }) { server in
            let failure = await #expect(throws: DownloadFailure.self) { _ = try await fetch(server) }
            #expect(failure?.error.message.contains("xxx") == false)
        }
        // Others are.
        try await FaultServer.run({ _ in Answer(json: "over quota", status: 404) }) { server in
            let failure = await #expect(throws: DownloadFailure.self) { _ = try await fetch(server) }
            #expect(failure?.error.message.hasSuffix("answered 404: over quota") == true)
        }
    }

    @Test("Credentials in the URL aren't shown")
    func credentials() {
        let shown = DocumentDownload.shown("https://user:pass@host.example/specs", DocumentDownloadTests.key)
        #expect(shown == "https://host.example/specs/secret-01234*****.json")
    }
}

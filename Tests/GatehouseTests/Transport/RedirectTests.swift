// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import Testing

@Suite("Transport, redirects")
struct RedirectTests {
    private static let secrets = [("STATSIG-API-KEY", "secret-k"), ("Authorization", "a"), ("cookie", "c")]
    private static let others = [("STATSIG-SDK-TYPE", "gatehouse"), ("Content-Type", "application/json")]

    @Test("A POST that is redirected stays a POST with its body", arguments: [301, 302, 307, 308])
    func followed(status: Int) async throws {
        try await FaultServer.run { server in
            server.respond(with: .redirect(to: "../c?d=%20", status: status), Answer(json: "{}"))
            try await Transport.run { transport in
                let request = HTTPRequest.to(
                    server, "/a/b?x=y", method: .post, headers: Self.secrets + Self.others, body: "[]")
                let reply = try await transport.send(request)
                #expect(reply.body == Array("{}".utf8))
            }
            #expect(server.requests.map(\.method) == ["POST", "POST"])
            #expect(server.requests.map(\.path) == ["/a/b?x=y", "/c?d=%20"])
            #expect(server.requests.map(\.text) == ["[]", "[]"])
            let last = server.requests[1]
            #expect(last[header: "statsig-api-key"] == "secret-k" && last[header: "statsig-sdk-type"] == "gatehouse")
            #expect(last[header: "content-type"] == "application/json" && last[header: "content-length"] == "2")
        }
    }

    @Test("A GET is redirected by every status, a POST isn't by 303")
    func seeOther() async throws {
        for (method, count) in [(HTTPRequest.Method.get, 2), (.post, 1)] {
            try await FaultServer.run { server in
                server.respond(with: .redirect(to: "/c", status: 303), Answer(json: "{}"))
                try await Transport.run { transport in
                    let reply = try await transport.send(.to(server, "/a", method: method))
                    #expect(reply.status == (count == 2 ? 200 : 303))
                }
                #expect(server.requests.map(\.method) == Array(repeating: method.rawValue, count: count))
            }
        }
    }

    @Test("The key stays with its server")
    func otherServer() async throws {
        try await FaultServer.run { other in
            try await FaultServer.run { server in
                let urls = [server.url, other.url]
                other.respond(with: .redirect(to: urls[0] + "/end"))
                server.respond(with: .redirect(to: urls[1] + "/there"), Answer(json: "{}"))
                try await Transport.run { transport in
                    let request = HTTPRequest.to(server, headers: Self.secrets + Self.others)
                    let reply = try await transport.send(request)
                    #expect(reply.isSuccess)
                }
                #expect(server.requests[0][header: "statsig-api-key"] == "secret-k")
                // It doesn't come back, either: the other server might have chosen where to.
                for request in other.requests + server.requests.dropFirst() {
                    for name in ["statsig-api-key", "authorization", "cookie"] { #expect(request[header: name] == nil) }
                    #expect(request[header: "statsig-sdk-type"] == "gatehouse")
                }
                #expect(other.requestCount == 1 && server.requestCount == 2)
            }
        }
    }

    @Test("Ten redirects are followed, an eleventh isn't")
    func tooMany() async throws {
        try await FaultServer.run { server in
            server.respond { request in
                let rest = Int(request.path.dropFirst()) ?? 0
                return rest == 0 ? Answer(json: "{}") : .redirect(to: "/\(rest - 1)")
            }
            try await Transport.run { transport in
                let reply = try await transport.send(.to(server, "/10"))
                #expect(reply.isSuccess)
                #expect(server.requestCount == 11)
                await #expect(throws: TransportError.redirect("more than 10 redirects")) {
                    try await transport.send(.to(server, "/11"))
                }
                #expect(server.requestCount == 22)
            }
        }
    }

    @Test("A circle is left")
    func circle() async throws {
        try await FaultServer.run(.redirect(to: "/")) { server in
            try await Transport.run { transport in
                await #expect(throws: TransportError.redirect("more than 10 redirects")) {
                    try await transport.send(.to(server))
                }
                #expect(server.requestCount == 11)
            }
        }
    }

    @Test("What doesn't say where to is an answer", arguments: [301, 302, 307])
    func noLocation(status: Int) async throws {
        try await FaultServer.run(Answer(json: "{}", status: status)) { server in
            try await Transport.run { transport in
                let reply = try await transport.send(.to(server))
                #expect(reply.status == status && reply.body == Array("{}".utf8))
            }
        }
    }

    @Test("Other statuses don't redirect", arguments: [200, 201, 300, 304, 305, 306])
    func otherStatuses(status: Int) async throws {
        try await FaultServer.run(.redirect(to: "/x", status: status)) { server in
            try await Transport.run { transport in
                let reply = try await transport.send(.to(server))
                #expect(reply.status == status)
                #expect(server.requestCount == 1)
            }
        }
    }

    @Test("A redirect is followed without waiting for its body")
    func stalledBody() async throws {
        try await FaultServer.run { server in
            var redirect = Answer.redirect(to: "/x")
            redirect.body = [1, 2, 3]
            server.respond(with: redirect.cut(after: 2, .stall), Answer(json: "{}"))
            try await Transport.run { transport in
                #expect(try await transport.send(.to(server)).isSuccess)
                try await waitUntil("its connection is closed") { server.openConnections == 1 }
            }
        }
    }

    @Test(
        "Redirects to where a client doesn't go are refused",
        arguments: [
            "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "https:///x", "javascript:1", "//", "http://[::1/",
        ])
    func refused(location: String) async throws {
        try await FaultServer.run(.redirect(to: location)) { server in
            try await Transport.run { transport in
                let error = await #expect(throws: TransportError.self) { try await transport.send(.to(server)) }
                guard case .redirect? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(server.requestCount == 1)
            }
        }
    }

    // MARK: - One step

    private func redirected(from url: String, to location: String) throws -> HTTPRequest {
        try HTTPRequest(url: url, headers: Self.secrets + Self.others, timeout: .seconds(1), maximumBodyBytes: 1)
            .redirected(to: location)
    }

    @Test("Encryption isn't given up", arguments: ["http://a.example/", "HTTP://a.example/", "http://a.example:443/x"])
    func downgrade(location: String) throws {
        #expect(throws: TransportError.redirect("a redirect to http, which isn't safe")) {
            try redirected(from: "https://a.example/", to: location)
        }
        #expect(throws: TransportError.redirect("a redirect to http, which isn't safe")) {
            try redirected(from: "HTTPS://a.example/", to: location)
        }
    }

    @Test(
        "Where a redirect leads",
        arguments: [
            ("https://a.example/b/c?d", "e", "https://a.example/b/e", true),
            ("https://a.example/b/c?d", "/e?f#g", "https://a.example/e?f#g", true),
            ("https://a.example/b/c?d", "?e", "https://a.example/b/c?e", true),
            ("https://a.example/b/c?d", "https://A.EXAMPLE/e", "https://A.EXAMPLE/e", true),
            ("https://a.example/b", "//b.example/e", "https://b.example/e", false),
            ("https://a.example/b", "https://a.example:444/b", "https://a.example:444/b", false),
            ("https://a.example/b", "https://b.a.example/b", "https://b.a.example/b", false),
            ("https://a.example/b", "https://a.example@b.example/", "https://a.example@b.example/", false),
            ("http://a.example/b", "https://a.example/b", "https://a.example/b", false),
            ("http://a.example:8080/b", "http://a.example/b", "http://a.example/b", false),
        ])
    func step(url: String, location: String, expected: String, keepsKey: Bool) throws {
        let request = try redirected(from: url, to: location)
        #expect(request.url == expected)
        #expect(request.headers.contains { $0.name == "STATSIG-API-KEY" } == keepsKey)
        #expect(request.headers.contains { $0.name == "Authorization" || $0.name == "cookie" } == keepsKey)
        #expect(request.headers.contains { $0.name == "STATSIG-SDK-TYPE" })
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
@testable import Gatehouse
import InMemoryLogging
import Logging
import NIOConcurrencyHelpers
import NIOSSL
import TestServers
import Testing

/// What leaves the machine goes through a proxy, and is signed by an authority of the company's own.
@Suite(
    "A real forward proxy and a private authority", .serialized,
    .enabled(if: ForwardProxy.isAvailable, ForwardProxy.skipComment))
struct ForwardProxyTests {
    private static let json = #"{"hello":"world"}"#

    /// The machine's name, which isn't one of the names that no proxy is used for.
    private func name() throws -> String {
        try #require(ForwardProxy.machineName, "the name of this machine has no address")
    }

    private func request(_ url: String) -> HTTPRequest {
        HTTPRequest(url: url, timeout: .seconds(60), maximumBodyBytes: 1 << 20)
    }

    /// Options of a transport in an environment.
    private func options(_ environment: [String: String]) -> NetworkOptions {
        var options = NetworkOptions()
        options.environment = environment
        return options
    }

    private func error(_ options: NetworkOptions, _ url: String) async throws -> String {
        try await Transport.run(options) { transport in
            let error = await #expect(throws: TransportError.self) { try await transport.send(request(url)) }
            return "\(try #require(error))"
        }
    }

    // MARK: - Proxies

    @Test("http and https go through the proxy of the environment", arguments: ["http", "https"], [false, true])
    func through(scheme: String, isLowerCase: Bool) async throws {
        let authority = try PrivateAuthority()
        let name = try name()
        let tls = scheme == "https" ? try authority.server(name) : nil
        try await FaultServer.run({ _ in Answer(json: Self.json) }, tls: tls) { server in
            let proxy = try await ForwardProxy()
            let variable = "\(scheme)_proxy"
            let options = options([
                isLowerCase ? variable : variable.uppercased(): "http://127.0.0.1:\(proxy.port)",
                "SSL_CERT_FILE": authority.file,
            ])
            try await Transport.run(options) { transport in
                for _ in 0..<2 {
                    let reply = try await transport.send(request("\(scheme)://\(name):\(server.port)/a"))
                    #expect(reply.body == Array(Self.json.utf8))
                }
            }
            #expect(proxy.requests == ["CONNECT \(name):\(server.port) HTTP/1.1"])
            #expect(server.requests.map(\.path) == ["/a", "/a"])
        }
    }

    @Test(
        "A server of NO_PROXY, this machine, and a client that doesn't read the environment do without",
        arguments: 0..<4)
    func around(index: Int) async throws {
        let name = try name()
        try await FaultServer.run(Answer(json: Self.json)) { server in
            let proxy = try await ForwardProxy()
            var options = options(["HTTP_PROXY": "127.0.0.1:\(proxy.port)"])
            var host = name
            switch index {
            case 0: options.environment?["NO_PROXY"] = "other.example,\(name)"
            case 1: options.environment?["no_proxy"] = "\(name):\(server.port)"
            case 2: host = "127.0.0.1"
            default: options.readsEnvironment = false
            }
            try await Transport.run(options) { transport in
                _ = try await transport.send(request("http://\(host):\(server.port)/"))
            }
            #expect(proxy.requests == [] && server.requestCount == 1)
        }
    }

    @Test("Credentials are those of the proxy's URL, and no error and no log shows them")
    func credentials() async throws {
        let name = try name()
        let authority = try PrivateAuthority()
        try await FaultServer.run({ _ in Answer(json: Self.json) }, tls: try authority.server(name)) { server in
            let proxy = try await ForwardProxy(credentials: ("me", "sword-fish"))
            let url = "https://\(name):\(server.port)/"
            func options(_ credentials: String) -> NetworkOptions {
                self.options([
                    "HTTPS_PROXY": "http://\(credentials)127.0.0.1:\(proxy.port)", "SSL_CERT_FILE": authority.file,
                ])
            }
            try await Transport.run(options("me:sword%2Dfish@")) { transport in
                let reply = try await transport.send(request(url))
                #expect(reply.isSuccess)
            }
            // The server never gets what is for the proxy.
            #expect(server.requests.allSatisfy { $0[header: "proxy-authorization"] == nil })
            for credentials in ["", "me:swordfish@", "you:sword%2Dfish@"] {
                let text = try await error(options(credentials), url)
                #expect(text.contains("through the http proxy 127.0.0.1:\(proxy.port)"), "\(text)")
                #expect(!text.contains("sword"), "\(text)")
            }
            #expect(server.requestCount == 1)
        }
    }

    @Test("A proxy that isn't there is named, and nothing is sent without it")
    func unreachable() async throws {
        let name = try name()
        try await FaultServer.run(Answer(json: Self.json)) { server in
            let nowhere = try ReservedPort()
            let options = options(["HTTP_PROXY": "http://me:swordfish@127.0.0.1:\(nowhere.number)"])
            let text = try await error(options, "http://\(name):\(server.port)/")
            #expect(text.contains("refused, through the http proxy 127.0.0.1:\(nowhere.number)"), "\(text)")
            for value in ["https://127.0.0.1:1", "socks5://me:swordfish@127.0.0.1:1", "ftp://x"] {
                let text = try await error(self.options(["HTTP_PROXY": value]), "http://\(name):\(server.port)/")
                #expect(text.contains("HTTP_PROXY") && !text.contains("swordfish"), "\(text)")
            }
            #expect(server.requestCount == 0)
        }
    }

    @Test("A redirect to a server that needs no proxy goes there directly, and back through the proxy")
    func redirect() async throws {
        let name = try name()
        try await FaultServer.run { server in
            server.respond { request in
                switch request.path {
                case "/1": .redirect(to: "http://127.0.0.1:\(server.port)/2")
                case "/2": .redirect(to: "http://\(name):\(server.port)/3")
                default: Answer(json: Self.json)
                }
            }
            let proxy = try await ForwardProxy()
            try await Transport.run(options(["HTTP_PROXY": "127.0.0.1:\(proxy.port)"])) { transport in
                let reply = try await transport.send(request("http://\(name):\(server.port)/1"))
                #expect(reply.isSuccess)
            }
            #expect(server.requests.map(\.path) == ["/1", "/2", "/3"])
            #expect(Set(proxy.requests) == ["CONNECT \(name):\(server.port) HTTP/1.1"])
        }
    }

    // MARK: - Authorities

    @Test("A private authority is trusted by option and by SSL_CERT_FILE, and the option wins")
    func authority() async throws {
        let (authority, other) = (try PrivateAuthority(), try PrivateAuthority())
        try await FaultServer.run({ _ in Answer(json: Self.json) }, tls: try authority.server("localhost")) { server in
            let url = "https://localhost:\(server.port)/"
            var byOption = options(["SSL_CERT_FILE": other.file])
            byOption.certificateAuthorityFile = authority.file
            for options in [options(["SSL_CERT_FILE": authority.file]), byOption] {
                try await Transport.run(options) { transport in
                    let reply = try await transport.send(request(url))
                    #expect(reply.isSuccess)
                }
            }
            var off = options(["SSL_CERT_FILE": authority.file])
            off.readsEnvironment = false
            for options in [options([:]), options(["SSL_CERT_FILE": ""]), options(["SSL_CERT_FILE": other.file]), off] {
                let text = try await error(options, url)
                #expect(text.contains("certificate can't be verified"), "\(text)")
            }
            #expect(server.requestCount == 2)
        }
    }

    @Test("A certificate for another name, or one that has expired, is refused")
    func names() async throws {
        let authority = try PrivateAuthority()
        for (tls, expected) in [
            (try authority.server("other.example"), "another name"),
            (try authority.server("localhost", expired: true), "can't be verified"),
        ] {
            try await FaultServer.run({ _ in Answer(json: Self.json) }, tls: tls) { server in
                let text = try await error(
                    options(["SSL_CERT_FILE": authority.file]), "https://localhost:\(server.port)/")
                #expect(text.contains(expected), "\(text)")
                #expect(server.requestCount == 0)
            }
        }
    }

    @Test("A file of authorities that can't be used is an error that names it, for https alone")
    func badFile() async throws {
        let folder = try TemporaryFolder()
        try folder.put(Array("hello".utf8), "hello.pem")
        try folder.put([], "empty.pem")
        try await FaultServer.run(Answer(json: Self.json)) { server in
            for name in ["hello.pem", "empty.pem", "missing.pem"] {
                let options = options(["SSL_CERT_FILE": folder.path(name)])
                let text = try await error(options, "https://localhost:\(server.port)/")
                #expect(text.contains(folder.path(name)), "\(text)")
                try await Transport.run(options) { transport in
                    let reply = try await transport.send(request("http://localhost:\(server.port)/"))
                    #expect(reply.isSuccess)
                }
            }
        }
    }

    // MARK: - A whole client

    @Test("Documents, ID lists and events all go through the proxy to a server of the private authority")
    func client() async throws {
        let name = try name()
        let authority = try PrivateAuthority()
        let log = InMemoryLogHandler()
        let list = ListLine.add("member")
        try await FaultServer.run(tls: try authority.server(name)) { server in
            let base = "https://\(name):\(server.port)/prefix"
            server.respond { request in
                switch request.path {
                case "/prefix/v1/get_id_lists":
                    Answer(
                        json: """
                            {"good":{"name":"good","url":"\(base)/list","fileID":"a","size":\(list.utf8.count),\
                            "creationTime":1}}
                            """)
                case "/prefix/list": ListServer.part(of: Array(list.utf8), for: request)
                case "/prefix/v1/log_event": Collector.yes
                default: Answer(json: Documents.segments("good"))
                }
            }
            let proxy = try await ForwardProxy(credentials: ("me", "swordfish"))
            var options = ClientOptions(network: NetworkOptions(specsURL: "\(base)/v2/download_config_specs"))
            options.network?.environment = [
                "HTTPS_PROXY": "http://me:swordfish@127.0.0.1:\(proxy.port)", "SSL_CERT_FILE": authority.file,
            ]
            options.idLists = IDListOptions()
            options.logger = Logger(label: "test") { _ in log }
            options.logger.logLevel = .debug
            let client = GatehouseClient(key: Scenario.key, options: options)
            let outcome = await client.start(within: .seconds(60))
            #expect(outcome.isReady && outcome.error == nil)
            #expect(client.checkGate("in_good", for: User(userID: "member")))
            let ledger = await client.flush()
            #expect(ledger.delivered == 1)
            #expect(client.status.eventDestination == "\(base)/v1/log_event")
            await client.shutdown()
            let paths = Set(server.requests.map { $0.path.split(separator: "?").first.map(String.init) ?? "" })
            #expect(paths.isSuperset(of: ["/prefix/v1/get_id_lists", "/prefix/list", "/prefix/v1/log_event"]))
            #expect(Set(proxy.requests) == ["CONNECT \(name):\(server.port) HTTP/1.1"])
        }
        let texts = log.entries.map { "\($0.message) \($0.metadata)" }
        #expect(texts.contains { $0.contains("http proxy 127.0.0.1") })
        #expect(texts.allSatisfy { !$0.contains("swordfish") && !$0.contains(Scenario.key.secret) })
    }
}

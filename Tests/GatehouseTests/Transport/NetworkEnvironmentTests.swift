// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
@testable import Gatehouse
import Testing

@Suite("Proxies and certificates of the environment")
struct NetworkEnvironmentTests {
    private static let https = "https://api.example.com/x"
    private static let http = "http://api.example.com/x"

    private func proxy(_ url: String, _ variables: [String: String]) throws -> String? {
        let proxy = try NetworkEnvironment(variables).proxy(for: try #require(URL(string: url)))
        guard let proxy else { return nil }
        let credentials = proxy.credentials.map { "\($0.user):\($0.password)@" } ?? ""
        return "\(proxy.kind) \(credentials)\(proxy.host):\(proxy.port)"
    }

    @Test(
        "The variable of the URL's scheme names the proxy, and a name in lower case wins",
        arguments: [
            (https, ["HTTPS_PROXY": "http://p:3128"], "http p:3128"), (http, ["HTTPS_PROXY": "http://p:3128"], nil),
            (http, ["HTTP_PROXY": "http://p:3128"], "http p:3128"), (https, ["HTTP_PROXY": "http://p:3128"], nil),
            (https, ["HTTPS_PROXY": "http://upper", "https_proxy": "http://lower"], "http lower:80"),
            (http, ["HTTP_PROXY": "http://upper", "http_proxy": "http://lower"], "http lower:80"),
            (https, ["HTTPS_PROXY": "http://upper", "https_proxy": ""], "http upper:80"),
            (https, ["HTTPS_PROXY": "  "], nil), (https, ["Https_Proxy": "http://p"], nil), (https, [:], nil),
            // A header of the request in a CGI script.
            (http, ["HTTP_PROXY": "http://p", "REQUEST_METHOD": "GET"], nil),
            (http, ["http_proxy": "http://p", "REQUEST_METHOD": "GET"], "http p:80"),
            (https, ["HTTPS_PROXY": "http://p", "REQUEST_METHOD": "GET"], "http p:80"),
        ] as [(String, [String: String], String?)])
    func variables(url: String, variables: [String: String], expected: String?) throws {
        #expect(try proxy(url, variables) == expected)
    }

    @Test(
        "A proxy is a URL, or a name with or without a port",
        arguments: [
            ("p", "http p:80"), ("p:3128", "http p:3128"), ("http://p/", "http p:80"), (" http://p:1\n", "http p:1"),
            ("HTTP://p:1", "http p:1"), ("http://me:secret@p:1", "http me:secret@p:1"),
            ("http://me:p%40ss%3Aword@p:1", "http me:p@ss:word@p:1"), ("me:secret@p:1", "http me:secret@p:1"),
            ("http://me@p:1", "http me:@p:1"), ("socks5://p", "socks5 p:1080"), ("socks5h://p:9", "socks5 p:9"),
            ("http://10.0.0.1:3128", "http 10.0.0.1:3128"), ("http://[::1]:3128", "http ::1:3128"),
        ])
    func forms(value: String, expected: String) throws {
        #expect(try proxy(Self.https, ["HTTPS_PROXY": value]) == expected)
    }

    @Test(
        "What isn't a proxy that can be used is an error, which shows no credentials, and not a direct connection",
        arguments: [
            "https://me:swordfish@p:1", "ftp://swordfish@p", "socks5://me:swordfish@p", "http://", "://swordfish",
            "http://me:swordfish@", "socks4://swordfish",
        ])
    func unusable(value: String) throws {
        let error = #expect(throws: TransportError.self) { try proxy(Self.https, ["https_proxy": value]) }
        let text = "\(try #require(error))"
        #expect(text.contains("https_proxy") && !text.contains("swordfish"), "\(text)")
    }

    @Test(
        "NO_PROXY is a list of names, addresses and networks",
        arguments: [
            ("example.com", ["example.com", "api.example.com", "a.b.EXAMPLE.com", "example.com."], true),
            ("example.com", ["notexample.com", "example.com.evil", "example.org", "com"], false),
            (".example.com", ["example.com", "api.example.com"], true), (".example.com", ["badexample.com"], false),
            ("*.example.com", ["api.example.com"], true), ("Example.COM.", ["api.example.com"], true),
            ("*", ["anything.example", "10.1.2.3", "[2001:db8::1]"], true),
            ("a.example, b.example\tc.example,,", ["a.example", "b.example", "x.c.example"], true),
            ("a.example, b.example", ["d.example"], false),
            ("10.1.2.3", ["10.1.2.3", "[::ffff:10.1.2.3]"], true), ("10.1.2.3", ["10.1.2.30", "x.10.1.2.3"], false),
            ("10.0.0.0/8,192.168.4.0/22", ["10.255.0.1", "192.168.7.255"], true),
            ("10.0.0.0/8,192.168.4.0/22", ["11.0.0.1", "192.168.8.0", "name.example"], false),
            ("0.0.0.0/0", ["8.8.8.8"], true), ("0.0.0.0/0", ["[2001:db8::1]"], false),
            ("2001:db8::/33", ["[2001:db8:7fff::1]"], true), ("2001:db8::/33", ["[2001:db8:8000::1]"], false),
            ("[2001:db8::1]", ["[2001:db8::1]"], true), ("2001:db8::1", ["[2001:db8:0:0::1]"], true),
            ("10.0.0.0/33,10.0.0.0/-1,10.0.0.0/x,/,:,:80", ["10.0.0.1", "a.example"], false),
            ("", ["a.example"], false),
        ])
    func exceptions(list: String, hosts: [String], isDirect: Bool) throws {
        for host in hosts {
            #expect(ProxyExceptions(list).contain(host: host, port: 443) == isDirect, "\(host)")
        }
    }

    @Test(
        "An entry with a port is for that port alone",
        arguments: [
            ("a.example:8080", "http://a.example:8080/", true), ("a.example:8080", "http://a.example/", false),
            ("a.example:80", "http://a.example/", true), ("a.example:443", "https://x.a.example/", true),
            ("a.example:443", "http://a.example/", false), ("10.0.0.1:80", "http://10.0.0.1/", true),
            ("[2001:db8::1]:80", "http://[2001:db8::1]/", true), ("[2001:db8::1]:81", "http://[2001:db8::1]/", false),
        ])
    func ports(list: String, url: String, isDirect: Bool) throws {
        let variables = ["HTTP_PROXY": "p", "HTTPS_PROXY": "p", "NO_PROXY": list]
        #expect(try (proxy(url, variables) == nil) == isDirect)
        #expect(try (proxy(url, ["http_proxy": "p", "https_proxy": "p", "no_proxy": list]) == nil) == isDirect)
    }

    @Test(
        "This machine is reached directly",
        arguments: [
            "http://localhost:8080/", "http://LOCALHOST/", "http://127.0.0.1/", "http://127.8.9.1:1/",
            "http://[::1]:1/",
            "https://api.localhost/",
        ])
    func loopback(url: String) throws {
        #expect(try proxy(url, ["HTTP_PROXY": "p", "HTTPS_PROXY": "p"]) == nil)
    }

    @Test("Other names that look like this machine go through the proxy")
    func notLoopback() throws {
        for url in ["http://localhost.example/", "http://notlocalhost/", "http://128.0.0.1/", "http://[::2]/"] {
            #expect(try proxy(url, ["HTTP_PROXY": "p"]) == "http p:80")
        }
    }

    @Test("The options win, and can switch the environment off")
    func options() async throws {
        var options = NetworkOptions()
        options.environment = ["HTTPS_PROXY": "environment:1", "NO_PROXY": "direct.example"]
        func proxies(_ options: NetworkOptions) async throws -> [String?] {
            try await Transport.run(options) { transport in
                try ["https://a.example/", "https://direct.example/", "http://a.example/"].map {
                    try transport.proxy(for: $0)?.description
                }
            }
        }
        #expect(try await proxies(options) == ["http proxy environment:1", nil, nil])
        options.proxy = ProxyOptions(host: "option", port: 2, credentials: ("me", "swordfish"))
        let option = "http proxy option:2"
        #expect(try await proxies(options) == [option, option, option])
        options.proxy = nil
        options.readsEnvironment = false
        #expect(try await proxies(options) == [nil, nil, nil])
    }

    @Test("However a proxy is shown, its credentials aren't")
    func shown() {
        let proxy = ProxyOptions(host: "p", port: 1, credentials: ("me", "swordfish"))
        var options = NetworkOptions()
        options.proxy = proxy
        var dumped = ""
        dump(options, to: &dumped)
        for text in ["\(proxy)", String(reflecting: proxy), "\(options)", dumped, "\(ClientOptions(network: options))"]
        {
            #expect(!text.contains("swordfish"), "\(text)")
        }
    }
}

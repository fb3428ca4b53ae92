// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Testing

@Suite("Requests for ID lists")
struct IDListLocationTests {
    private static let headers = [("STATSIG-API-KEY", "secret-k"), ("x-request-service", "s")]

    private func request(
        _ url: String, manifest: String = "https://lists.example/manifest", from start: Int = 20, count: Int? = nil
    ) throws -> HTTPRequest {
        let entry = IDListEntry(url: url, fileID: "a", byteCount: 50, creationTime: 1)
        let options = IDListOptions(manifestURL: manifest)
        return try IDListLocation(url, manifestURL: manifest)
            .request(from: start, count: count, of: entry, headers: Self.headers, options)
    }

    @Test("A part is asked for with the headers of the protocol")
    func header() throws {
        let request = try request("https://lists.example/a?sig=x#top")
        #expect(request.method == .get && request.url == "https://lists.example/a?sig=x#top")
        #expect(
            request.headers.map { "\($0.name): \($0.value)" } == [
                "STATSIG-API-KEY: secret-k", "x-request-service: s", "Range: bytes=20-",
                "statsig-id-list-file-size: 50",
                "Accept-Encoding: identity",
            ])
        let bounded = try self.request("https://lists.example/a", from: 0, count: 10)
        #expect(bounded.headers.contains { $0 == ("Range", "bytes=0-9") })
    }

    @Test(
        "Statsig's own server is asked in the query",
        arguments: [
            ("https://api.statsigcdn.com/a", "https://api.statsigcdn.com/a?range=20-"),
            ("https://api.statsigcdn.com/a?b=c", "https://api.statsigcdn.com/a?b=c&range=20-"),
            ("https://api.statsigcdn.com/a?b#top", "https://api.statsigcdn.com/a?b&range=20-"),
        ])
    func query(url: String, asked: String) throws {
        let request = try request(url, count: 10)
        #expect(request.url == asked)
        #expect(request.headers.map(\.name) == ["STATSIG-API-KEY", "x-request-service"])
    }

    @Test(
        "The key goes to the manifest's server and to Statsig, and nowhere else",
        arguments: [
            ("https://lists.example/a", true), ("https://LISTS.example:443/a", true),
            ("https://idliststorage.statsigcdn.com/a", true), ("https://api.statsigcdn.com/a", true),
            ("https://api.statsigcdn.com.evil.example/a", false), ("https://evilstatsigcdn.com/a", false),
            ("https://lists.example:8443/a", false), ("https://lists.example.evil.example/a", false),
            ("https://lists.example@evil.example/a", false), ("https://storage.example/a?sig=b", false),
            ("https://api.statsigcdn.com:8443/a", false),
        ])
    func key(url: String, isSent: Bool) throws {
        let names = try request(url).headers.map(\.name)
        #expect(names.contains("STATSIG-API-KEY") == isSent)
        #expect(names.contains("x-request-service"))
    }

    @Test("Statsig doesn't get the key without encryption")
    func unencrypted() throws {
        let request = try request("http://api.statsigcdn.com/a", manifest: "http://lists.example/manifest")
        #expect(!request.headers.contains { $0.name == "STATSIG-API-KEY" })
        #expect(request.url == "http://api.statsigcdn.com/a")
    }

    @Test(
        "Other schemes are refused, and a step down from encryption too",
        arguments: [
            "", "lists/a", "/a", "file:///etc/passwd", "ftp://lists.example/a", "http://", "https:///a", "javascript:1",
            "http://lists.example/a", "https//lists.example", "data:,+abcdefgh",
        ])
    func refused(url: String) {
        let failure = #expect(throws: IDListFailure.self) { try request(url) }
        #expect(failure?.code == .refused)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore

/// The proxies whose `Forwarded` and `X-Forwarded-*` headers count.
struct TrustedProxies: Sendable {
    struct Invalid: Error, CustomStringConvertible {
        let text: String
        var description: String { "\(text): expected an IP address or a network such as 10.0.0.0/8" }
    }

    private struct Network: Sendable {
        let bytes: [UInt8]
        let prefix: Int

        func contains(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            for index in 0..<bytes.count {
                let bits = min(8, max(0, prefix - index * 8))
                let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
                if address[index] & mask != bytes[index] & mask { return false }
            }
            return true
        }
    }

    private let networks: [Network]

    /// - Parameter texts: IP addresses and networks, as `10.0.0.0/8`.
    /// - Throws: ``Invalid`` for any other text.
    init(_ texts: [String]) throws(Invalid) {
        var networks: [Network] = []
        for text in texts {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let bytes = TrustedProxies.bytes(String(parts[0])) else { throw Invalid(text: text) }
            let prefix = parts.count == 2 ? Int(parts[1]) : bytes.count * 8
            guard let prefix, (0...bytes.count * 8).contains(prefix) else { throw Invalid(text: text) }
            networks.append(Network(bytes: bytes, prefix: prefix))
        }
        self.networks = networks
    }

    /// The base of URLs that the client of a request can reach, for example `https://gates.example`.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - peer: The other end of the connection.
    ///   - scheme: The scheme of the connection.
    /// - Returns: The URL, without a slash at its end.
    func origin(of request: Request, from peer: SocketAddress?, scheme: String) -> String {
        let authority = request.head.authority ?? "localhost"
        guard let peer = peer?.ipAddress, isTrusted(peer) else { return "\(scheme)://\(authority)" }
        let forwarded = TrustedProxies.forwarded(request.headers[HTTPField.Name("Forwarded") ?? .accept] ?? "")
        let proto = forwarded["proto"] ?? TrustedProxies.last(request, "X-Forwarded-Proto")
        let host = forwarded["host"] ?? TrustedProxies.last(request, "X-Forwarded-Host")
        let isScheme = proto.map { ["http", "https"].contains($0.lowercased()) } ?? false
        let isHost = host.map { !$0.isEmpty && $0.allSatisfy(TrustedProxies.isOfHost) } ?? false
        return "\(isScheme ? proto?.lowercased() ?? scheme : scheme)://\(isHost ? host ?? authority : authority)"
    }

    /// The IP address of a request's client: the other end of the connection, or what trusted proxies say of it.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - peer: The other end of the connection.
    /// - Returns: The address, `nil` when the trusted proxies name none.
    func clientAddress(of request: Request, from peer: SocketAddress?) -> String? {
        guard let peer = peer?.ipAddress else { return nil }
        guard isTrusted(peer) else { return TrustedProxies.plain(peer) }
        let forwarded = (request.headers[values: HTTPField.Name("Forwarded") ?? .accept]).flatMap { header in
            header.split(separator: ",").map { TrustedProxies.parameters(of: $0)["for"] ?? "" }
        }
        let hops =
            forwarded.isEmpty
            ? request.headers[values: HTTPField.Name("X-Forwarded-For") ?? .accept].flatMap { header in
                header.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            } : forwarded
        // Each proxy adds its own client at the end. What stands before the first address that isn't a trusted proxy's is
        // that client's text, which may say anything.
        for hop in hops.reversed() {
            guard let address = TrustedProxies.address(hop) else { return nil }
            if !isTrusted(address) { return TrustedProxies.plain(address) }
        }
        return nil
    }

    private func isTrusted(_ address: String) -> Bool {
        guard let bytes = TrustedProxies.bytes(address) else { return false }
        return networks.contains { $0.contains(bytes) }
    }

    /// The address in a hop such as `192.0.2.1:4711` or `[2001:db8::1]:4711`.
    private static func address(_ hop: String) -> String? {
        var text = hop[...]
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            text = text[text.index(after: text.startIndex)..<end]
        } else if text.contains("."), let colon = text.lastIndex(of: ":") {
            // An IPv4 address that is mapped to IPv6 has colons before its last part only.
            if text.firstIndex(of: ":") == colon { text = text[..<colon] }
        }
        return bytes(String(text)) == nil ? nil : String(text)
    }

    /// An address as users have it: without a scope, and IPv4 addresses not mapped to IPv6.
    private static func plain(_ address: String) -> String {
        let text = address.prefix { $0 != "%" }
        guard text.contains(":"), let bytes = bytes(String(text)), bytes.count == 4 else { return String(text) }
        return bytes.map { String($0) }.joined(separator: ".")
    }

    private static func isOfHost(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || ".-_:[]".contains(character))
    }

    /// The parameters of the last element of `Forwarded`, which the nearest proxy has added.
    private static func forwarded(_ text: String) -> [String: String] {
        parameters(of: text.split(separator: ",").last ?? "")
    }

    /// The parameters of an element of `Forwarded`.
    private static func parameters(of element: Substring) -> [String: String] {
        var parameters: [String: String] = [:]
        for pair in element.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2 else { continue }
            parameters[parts[0].lowercased()] = parts[1].trimmingCharacters(in: ["\""])
        }
        return parameters
    }

    /// The last value of a header, which the nearest proxy has added.
    private static func last(_ request: Request, _ name: String) -> String? {
        guard let name = HTTPField.Name(name), let text = request.headers[name] else { return nil }
        return text.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        // A scope, as in fe80::1%eth0, isn't part of the address.
        let text = String(text.prefix { $0 != "%" })
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
        switch address {
        case .v4(let address): return withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            // An IPv4 client of a socket for both versions.
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            return isMapped ? Array(bytes[12...]) : bytes
        case .unixDomainSocket: return nil
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// The servers that a client connects to without the proxies of the environment, as `NO_PROXY` lists them.
///
/// The list is separated by commas or white space. An entry is `*`, a name that stands for its subdomains too, an IP address,
/// or a network such as `10.0.0.0/8`. A name or an address may end in `:` and a port. Names aren't resolved.
struct ProxyExceptions: Sendable {
    fileprivate enum Target {
        case all
        /// In lower case, without a leading dot.
        case domain(String)
        case network(IPAddress, bitCount: Int)
    }

    fileprivate struct Entry {
        var target: Target
        /// `nil` for all ports.
        var port: Int?
    }

    private let entries: [Entry]

    /// Reads a list; an entry that isn't of these forms stands for no server.
    init(_ list: String) {
        entries = list.split { $0 == "," || $0.isWhitespace }.compactMap { Entry(String($0).lowercased()) }
    }

    /// Looks for a server in the list.
    ///
    /// - Parameters:
    ///   - host: The name or address of the server, an IPv6 address with or without brackets.
    ///   - port: The server's port.
    /// - Returns: `true` if the list has the server, and if the server is this machine.
    func contain(host: String, port: Int) -> Bool {
        var name = host.lowercased().trimmingBrackets
        if name.hasSuffix(".") { name.removeLast() }
        let address = IPAddress(name)
        if name == "localhost" || name.hasSuffix(".localhost") || address?.isLoopback == true { return true }
        return entries.contains { entry in
            if let wanted = entry.port, wanted != port { return false }
            switch entry.target {
            case .all: return true
            case .domain(let domain): return address == nil && (name == domain || name.hasSuffix("." + domain))
            case .network(let network, let bitCount): return address?.isIn(network, bitCount: bitCount) == true
            }
        }
    }
}

extension ProxyExceptions.Entry {
    fileprivate init?(_ text: String) {
        if let target = ProxyExceptions.Target(text) {
            self.init(target: target, port: nil)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            let target = ProxyExceptions.Target(String(text[..<colon]))
        else { return nil }
        self.init(target: target, port: port)
    }
}

extension ProxyExceptions.Target {
    fileprivate init?(_ text: String) {
        if text == "*" {
            self = .all
        } else if let address = IPAddress(text.trimmingBrackets) {
            self = .network(address, bitCount: address.bytes.count * 8)
        } else if let slash = text.firstIndex(of: "/") {
            guard let address = IPAddress(String(text[..<slash])),
                let bitCount = Int(text[text.index(after: slash)...]), (0...address.bytes.count * 8).contains(bitCount)
            else { return nil }
            self = .network(address, bitCount: bitCount)
        } else {
            var domain = text.drop { $0 == "*" }.drop { $0 == "." }
            if domain.hasSuffix(".") { domain.removeLast() }
            guard !domain.isEmpty, !domain.contains(":") else { return nil }
            self = .domain(String(domain))
        }
    }
}

extension String {
    /// The text without the brackets that URLs write around an IPv6 address.
    var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
    }
}

/// An IP address; an IPv4 address that is written as an IPv6 one (`::ffff:10.0.0.1`) counts as IPv4.
struct IPAddress: Sendable {
    /// Four or sixteen.
    let bytes: [UInt8]

    init?(_ text: String) {
        // The zone says by which interface the address is reached.
        switch try? SocketAddress(ipAddress: String(text.prefix { $0 != "%" }), port: 0) {
        // Family and port are before the address in a `sockaddr_in`, and the flow too in a `sockaddr_in6`.
        case .v4(let address): bytes = withUnsafeBytes(of: address.address) { Array($0[4..<8]) }
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
            let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
            self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
        case .unixDomainSocket, nil: return nil
        }
    }

    var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1] }

    func isIn(_ network: IPAddress, bitCount: Int) -> Bool {
        guard bytes.count == network.bytes.count else { return false }
        return zip(bytes, network.bytes).enumerated().allSatisfy { index, pair in
            let bits = min(max(bitCount - index * 8, 0), 8)
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> bits)
            return pair.0 & mask == pair.1 & mask
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// User agents and addresses with what the reference takes them for.
@Suite("Conformance of user agents and IP addresses")
struct DetectionConformanceTests {
    private static let folder = "\(ConformanceSet.shared)/conformance"
    private static let userAgents = "ua_expected.jsonl.gz"
    private static let addresses = "ip_expected.jsonl.gz"

    private static func isThere(_ name: String) -> Bool { Fixture.names(in: folder).contains(name) }

    private static func rows(_ name: String) throws -> [Object] {
        try Fixture.lines("\(folder)/\(name)").map { line in try #require(Value(json: line)?.object) }
    }

    @Test(
        "User agents are read like by the reference",
        // The list isn't ours to copy.
        .enabled(if: isThere(userAgents), "shared/conformance/ua_expected.jsonl.gz isn't next to the repository"))
    func userAgent() throws {
        var differences: [String] = []
        let rows = try Self.rows(Self.userAgents)
        for row in rows {
            let agent = try #require(row["ua"]?.string)
            // An empty field counts as missing, so no engine parses it.
            let parsed = agent.isEmpty ? nil : Array(agent.utf8).withUnsafeBufferPointer { UserAgent(parsing: $0) }
            let parts = [
                ("os_name", parsed?.osName), ("os_version", parsed?.osVersion),
                ("browser_name", parsed?.browserName), ("browser_version", parsed?.browserVersion),
            ]
            for (name, part) in parts where row[name]?.string != part {
                differences.append("\(agent): \(name) is \(part ?? "none"), not \(row[name]?.string ?? "none")")
            }
        }
        #expect(!rows.isEmpty)
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(10).joined(separator: "\n"))")
    }

    @Test(
        "Addresses have the country they have in the reference",
        // The list isn't ours to copy.
        .enabled(if: isThere(addresses), "shared/conformance/ip_expected.jsonl.gz isn't next to the repository"))
    func address() throws {
        let lookup = IP3Country()
        var differences: [String] = []
        let rows = try Self.rows(Self.addresses)
        for row in rows {
            let text = try #require(row["ip"]?.string)
            let address = IPv4Text.address(of: Array(text.utf8).span)
            let country = address.flatMap { lookup.country(ofIPv4: $0)?.description }
            // Where the reference crashes there is no country.
            let expected = row["country"]?.string.flatMap { $0 == "PANIC" ? nil : $0 }
            if country != expected {
                differences.append("\(text): \(country ?? "none"), not \(expected ?? "none")")
            }
        }
        #expect(!rows.isEmpty)
        #expect(differences.isEmpty, "\(differences.count): \(differences.prefix(10).joined(separator: "\n"))")
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

@Suite("Headers of documents")
struct DocumentHeaderTests {
    private static func header(_ text: String) throws -> DocumentHeader {
        try DocumentHeader(of: Array(text.utf8))
    }

    @Test(
        "A header says what the ruleset of the document says",
        arguments: ["sample-dcs-v1.json", "sample-dcs-v2.json"])
    func sample(file: String) throws {
        let bytes = try Fixture.bytes("sample/\(file)")
        let header = try DocumentHeader(of: bytes)
        let ruleset = try Ruleset(document: bytes)
        #expect(header.hasUpdates)
        #expect(header.metadata == ruleset.metadata)
        #expect(header.time == ruleset.metadata.time && header.time > 0)
        #expect(header.checksum == ruleset.metadata.checksum)
        #expect(header.format == ruleset.documentFormat)
        #expect(header.gateNames == ruleset.gateNames && !header.gateNames.isEmpty)
        #expect(header.configNames == ruleset.configNames && !header.configNames.isEmpty)
        #expect(header.layerNames == ruleset.layerNames && !header.layerNames.isEmpty)
    }

    @Test("The answer of a server that has nothing newer has a header")
    func noUpdates() throws {
        let header = try Self.header("{\"has_updates\":false}")
        #expect(!header.hasUpdates)
        #expect(header.time == 0 && header.checksum == nil && header.format == nil && header.gateNames.isEmpty)
    }

    @Test("Specs aren't looked into, and names come without their escapes")
    func names() throws {
        let header = try Self.header(
            """
            {"feature_gates":[{"name":"\\u0067"},7,{"name":8}],"dynamic_configs":{"c":[],"\\u00e9":null},
            "has_updates":true,"time":5,"company_id":"k","default_environment":null}
            """)
        #expect(header.gateNames == ["g", "", ""])
        #expect(header.configNames == ["c", "é"])
        #expect(header.format == .v1)
        #expect(header.metadata.companyID == "k" && header.metadata.defaultEnvironment == nil)
    }

    @Test(
        "Faults are located",
        arguments: [
            ("{}", DocumentError.Code.unexpectedStructure, "", "the member \"has_updates\" is missing"),
            ("{\"has_updates\":1}", .unexpectedStructure, "has_updates", "expected true or false, found number"),
            (
                "{\"has_updates\":true,\"time\":\"1\"}", .unexpectedStructure, "time",
                "expected a number, found string"
            ),
            (
                "{\"has_updates\":true,\"has_updates\":true}", .unexpectedStructure, "has_updates",
                "the member occurs twice"
            ),
            (
                "{\"has_updates\":true,\"feature_gates\":1}", .unexpectedStructure, "feature_gates",
                "expected an object, found number"
            ),
            ("[]", .unexpectedStructure, "", "expected an object, found array"),
            ("", .notJSON, "", "the text ends in the middle of a value"),
        ] as [(String, DocumentError.Code, String, String)])
    func faults(text: String, code: DocumentError.Code, path: String, message: String) throws {
        let error = try #require(throws: DocumentError.self) { try Self.header(text) }
        #expect(error.code == code && error.path == path && error.message == message, "\(error)")
    }

    @Test("A document that is cut off has no header")
    func truncated() throws {
        let bytes = try Fixture.bytes("sample/sample-dcs-v2.json")
        let text = String(decoding: bytes, as: UTF8.self).trimmingPrefix { $0.isWhitespace }
        let end = Array(text.utf8).lastIndex(of: UInt8(ascii: "}")) ?? 0
        for count in stride(from: 0, through: end, by: 97) {
            #expect(throws: DocumentError.self) { try DocumentHeader(of: Array(bytes[..<count])) }
        }
    }
}

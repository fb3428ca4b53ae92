// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import GatehouseSpec
import Testing

@Suite("Versions of documents")
struct DocumentVersionTests {
    private func version(_ time: UInt64, _ checksum: String?) throws -> DocumentVersion {
        let sum = checksum.map { #","checksum":"\#($0)""# } ?? ""
        let document =
            #"{"feature_gates":{},"dynamic_configs":{},"layer_configs":{},"experiment_to_layer":{},"condition_map":{},"#
        let end = #""has_updates":true,"time":\#(time)\#(sum)}"#
        return DocumentVersion(try Ruleset(document: Array((document + end).utf8)).metadata)
    }

    @Test(
        "One takes another's place unless it is older or has the same checksum",
        arguments: [
            (2, "a", 3, "b", true), (2, "a", 2, "b", true), (2, "a", 1, "b", false), (2, "a", 2, "a", false),
            (2, "a", 3, "a", false), (2, nil, 2, nil, true), (2, nil, 3, "a", true), (2, nil, 1, nil, false),
            (2, "a", 2, nil, true), (2, "", 2, "", true), (0, "a", 1, "b", true), (0, "a", 0, "b", true),
            (0, "a", 0, "a", false), (2, "a", 0, "b", false), (2, "a", 0, nil, false),
        ] as [(UInt64, String?, UInt64, String?, Bool)])
    func replacing(
        time: UInt64, checksum: String?, newTime: UInt64, newChecksum: String?, isReplaced: Bool
    ) throws {
        let new = try version(newTime, newChecksum)
        #expect(try version(time, checksum).isReplaced(by: new) == isReplaced)
    }

    @Test("The note has both, and is never long")
    func note() throws {
        #expect(try version(7, "abc").note == "7:abc")
        #expect(try version(7, nil).note == "7:")
        #expect(try version(.max, String(repeating: "x", count: 500)).note.utf8.count < 200)
    }
}

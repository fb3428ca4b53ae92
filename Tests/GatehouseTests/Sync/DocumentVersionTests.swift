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
        return DocumentVersion(
            try Ruleset(document: Array((document + end).utf8)).metadata, wallTime: 1_800_000_000_000)
    }

    @Test(
        "A version is newer than one whose time is less",
        arguments: [
            (2, 3, false), (2, 2, false), (2, 1, true), (2, 0, true), (0, 1, false), (0, 0, false), (.max, 1, false),
            (.max, .max, false), (1_800_086_400_001, 1, false), (1_800_086_400_000, 1, true),
            (1, 1_800_086_400_001, false),
        ] as [(UInt64, UInt64, Bool)])
    func newer(time: UInt64, other: UInt64, isNewer: Bool) throws {
        #expect(try version(time, "a").isNewer(than: version(other, "b")) == isNewer)
    }

    @Test(
        "Versions are the same with the same checksum, if there is one",
        arguments: [("a", "a", true), ("a", "b", false), ("a", nil, false), (nil, nil, false), ("", "", false)]
            as [(String?, String?, Bool)])
    func checksum(checksum: String?, other: String?, isSame: Bool) throws {
        #expect(try version(1, checksum).hasChecksum(of: version(2, other)) == isSame)
    }

    @Test("The note has both, and is never long")
    func note() throws {
        #expect(try version(7, "abc").note == "7:abc")
        #expect(try version(7, nil).note == "7:")
        #expect(try version(.max, String(repeating: "x", count: 500)).note.utf8.count < 200)
    }
}

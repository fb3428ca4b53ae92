// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

@Suite("Id hashes")
struct IDHashTests {
    @Test(
        "The hash of an id is the one its id-list line stands for",
        arguments: [
            ("Marcos", "2Tv4fIVX"), ("", "47DEQpj8"), ("user-123", "/N7G301E"), ("a_user", "Q1Wha2PJ"),
            ("unicode 🗻", "1GB0DBKV"), ("blargh", "CsM1EtGO"), ("abc123", "bKE9Uspw"),
        ])
    func matchesLine(id: String, line: String) {
        #expect(read(line) == hash(id))
    }

    @Test("The bits are the first 48 of the digest")
    func bits() {
        #expect(hash("Marcos").bits == 0xD93B_F87C_8557)
        #expect(read("AAAAAAAA")?.bits == 0)
        #expect(read("////////")?.bits == 0xFFFF_FFFF_FFFF)
        #expect(read("AAAAAAAB")?.bits == 1)
    }

    @Test("Hashes are compared with case")
    func caseMatters() {
        #expect(read("2tv4fivx") != read("2Tv4fIVX"))
    }

    @Test(
        "Lines no digest begins with stand for no id",
        arguments: ["", "2Tv4fIV", "2Tv4fIVXr", "2Tv4fIV=", "2Tv4 IVX", "2Tv4-IVX", "2Tv4_IVX", "+2Tv4fIVX", "2Tv4fIé"])
    func rejectsLine(line: String) {
        #expect(read(line) == nil)
    }

    @Test("Ids and the text of their digests agree", arguments: 0..<200)
    func agreesWithBase64(length: Int) {
        let id = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ length) }
        let text = Base64.text(of: SHA256.digest(id.span).span)
        #expect(text.utf8.count == 44)
        #expect(read(String(text.prefix(8))) == IDHash(hashing: id.span))
    }

    private func hash(_ id: String) -> IDHash {
        IDHash(hashing: Array(id.utf8).span)
    }

    private func read(_ line: String) -> IDHash? {
        Array(line.utf8).withUnsafeBufferPointer(IDHash.init(base64:))
    }
}

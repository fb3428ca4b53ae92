// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Testing

@Suite("Manifest of ID lists")
struct IDListManifestTests {
    private func manifest(_ json: String) throws -> IDListManifest { try IDListManifest(json: Array(json.utf8)) }

    private static func entry(_ changes: [String: String?] = [:]) -> String {
        var members: [String: String] = [
            "url": "\"u\"", "fileID": "\"f\"", "size": "5", "creationTime": "7", "name": "\"n\"",
        ]
        for change in changes { members[change.key] = change.value }
        return "{\(members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}"
    }

    @Test("An entry has a URL, a size, a time and perhaps an ID of the file")
    func entries() throws {
        let manifest = try manifest(#"{"a":\#(Self.entry()),"b":\#(Self.entry(["fileID": "null", "x": "[1]"]))}"#)
        #expect(manifest.malformed.isEmpty)
        #expect(
            manifest.entries == [
                IDListName("a"): IDListEntry(url: "u", fileID: "f", byteCount: 5, creationTime: 7),
                IDListName("b"): IDListEntry(url: "u", fileID: nil, byteCount: 5, creationTime: 7),
            ])
    }

    @Test("A size beyond all bounds is one")
    func hugeSize() throws {
        let manifest = try manifest(#"{"a":\#(Self.entry(["size": "18446744073709551615"]))}"#)
        #expect(manifest.entries[IDListName("a")]?.byteCount == .max)
    }

    @Test(
        "A malformed entry doesn't take the others along",
        arguments: [
            "5", "[]", "null", entry(["url": nil]), entry(["url": "5"]), entry(["size": nil]),
            entry(["size": "-1"]), entry(["size": "1.0"]), entry(["size": "\"5\""]), entry(["creationTime": nil]),
            entry(["creationTime": "7.5"]), entry(["fileID": "5"]), entry(["size": "99999999999999999999"]),
        ])
    func malformed(entry: String) throws {
        let manifest = try manifest(#"{"a":\#(Self.entry()),"b":\#(entry)}"#)
        #expect(Array(manifest.entries.keys) == [IDListName("a")])
        #expect(manifest.malformed[IDListName("b")]?.code == .invalidDocument)
    }

    @Test(
        "What isn't an object of lists is refused",
        arguments: [
            "", "[]", "null", "{", "<html>", #"{"error":"internal"}"#, #"{"a":{},"b":5}"#, "\u{FEFF}{}", "{}{}",
        ])
    func refused(json: String) {
        #expect(throws: IDListFailure.self) { try manifest(json) }
    }

    @Test("A manifest may be empty, and names are told apart byte by byte")
    func names() throws {
        #expect(try manifest("{}").entries.isEmpty)
        let manifest = try manifest("{\"\u{E9}\":\(Self.entry()),\"e\u{301}\":\(Self.entry(["size": "9"]))}")
        #expect(manifest.entries[IDListName("\u{E9}")]?.byteCount == 5)
        #expect(manifest.entries[IDListName("e\u{301}")]?.byteCount == 9)
    }
}

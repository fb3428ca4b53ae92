// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

@testable import Gatehouse
import Testing

@Suite("Copies of ID lists")
struct IDListCopyTests {
    private static func entry(_ id: String?, _ time: Int64, _ size: Int) -> IDListEntry {
        IDListEntry(url: "u", fileID: id, byteCount: size, creationTime: time)
    }

    /// The copy of a file of two lines, read when the manifest said it had `size` bytes.
    private static func copy(size: Int = 20) -> IDListCopy {
        let entry = entry("a", 5, size)
        var copy = IDListCopy(of: entry).extended(by: Array(ListLine.add("1", "2").utf8))
        copy.finish(entry)
        return copy
    }

    @Test(
        "What is to be done depends on ID, time and size",
        arguments: [
            (entry("a", 5, 20), .keep), (entry("a", 5, 21), .extend), (entry("a", 5, 19), .load),
            (entry("a", 5, 0), .load), (entry("a", 6, 20), .load), (entry("a", 6, 10), .load),
            (entry("a", 4, 20), .keep), (entry("a", 4, 10), .keep), (entry("a", 4, 30), .extend),
            (entry("b", 5, 20), .load), (entry("b", 6, 1), .load), (entry("b", 4, 20), .distrust),
            (entry("b", 4, 90), .distrust), (entry(nil, 5, 20), .load), (entry("a", 5, .max), .extend),
        ] as [(IDListEntry, IDListCopy.Plan)])
    func plans(entry: IDListEntry, plan: IDListCopy.Plan) {
        #expect(IDListCopy.plan(for: entry, having: Self.copy()) == plan)
    }

    @Test("An unknown list is loaded, unless it is empty")
    func unknown() {
        #expect(IDListCopy.plan(for: Self.entry(nil, 0, 1), having: nil) == .load)
        #expect(IDListCopy.plan(for: Self.entry(nil, 0, 0), having: nil) == .keep)
    }

    @Test("Lists without an ID are told apart by their time")
    func withoutID() {
        var copy = IDListCopy(of: Self.entry(nil, 5, 10)).extended(by: Array(ListLine.add("1").utf8))
        copy.finish(Self.entry(nil, 5, 10))
        #expect(IDListCopy.plan(for: Self.entry(nil, 5, 10), having: copy) == .keep)
        #expect(IDListCopy.plan(for: Self.entry(nil, 6, 10), having: copy) == .load)
    }

    @Test(
        "A manifest that always said too little says nothing new by saying the same, and gives cause to ask by saying more",
        arguments: [(10, .keep), (15, .extend), (20, .keep), (9, .load), (21, .extend)] as [(Int, IDListCopy.Plan)])
    func modestManifest(size: Int, plan: IDListCopy.Plan) {
        #expect(IDListCopy.plan(for: Self.entry("a", 5, size), having: Self.copy(size: 10)) == plan)
    }

    @Test(
        "A manifest that says too much and less later hasn't shrunk the file",
        arguments: [(30, .extend), (21, .extend), (20, .keep), (19, .load)] as [(Int, IDListCopy.Plan)])
    func boastfulManifest(size: Int, plan: IDListCopy.Plan) {
        #expect(IDListCopy.plan(for: Self.entry("a", 5, size), having: Self.copy(size: 30)) == plan)
    }

    @Test("An old manifest in between doesn't hide that the file has shrunk")
    func oldManifest() {
        var copy = Self.copy()
        copy.finish(Self.entry("a", 4, 5))
        #expect(IDListCopy.plan(for: Self.entry("a", 5, 15), having: copy) == .load)
    }

    @Test("A line without an end counts, and is read again")
    func partialLine() {
        let line = ListLine.add("2")
        var copy = IDListCopy(of: Self.entry("a", 5, 25)).extended(
            by: Array((ListLine.add("1") + line.dropLast(3)).utf8))
        #expect(copy.position == 10 && copy.receivedByteCount == 17 && copy.list.count == 1)
        copy = copy.extended(by: Array(line.utf8.dropLast()))
        #expect(copy.position == 10 && copy.receivedByteCount == 19 && copy.list.contains("2"))
        copy = copy.extended(by: Array(line.utf8))
        #expect(copy.position == 20 && copy.receivedByteCount == 20 && copy.list.count == 2)
    }

    @Test("A line that goes on as something else doesn't count any more", arguments: ["+", "-"])
    func partialLineGoesOn(sign: String) {
        let hash = ListLine.hash("2")
        let before = sign == "-" ? ListLine.add("1", "2") : ListLine.add("1", "3")
        var copy = IDListCopy(of: Self.entry("a", 5, 30)).extended(by: Array("\(before)\(sign)\(hash)".utf8))
        #expect(copy.list.contains("2") == (sign == "+"))
        copy = copy.extended(by: Array("\(sign)\(hash)".utf8))
        #expect(copy.list.contains("2") == (sign == "+") && copy.position == 20)
        copy = copy.extended(by: Array("\(sign)\(hash) \n\(ListLine.add("4"))".utf8))
        #expect(copy.list.contains("2") == (sign == "-") && copy.list.contains("4") && copy.list.count == 3)
    }
}

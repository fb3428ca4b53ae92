// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

/// `in_segment_list` and `not_in_segment_list` (Evaluation §13).
@Suite("ID lists")
struct IDListTests {
    /// A line for each id, as list files have them.
    private static func list(_ lines: String) -> IDList { IDList(content: Array(lines.utf8)) }

    /// The lines of `u-1`, `5` and `true`.
    private static let lines = "+okp/VfJ4\n+7y0SfeN7\n+tb6kG2xi\n"

    private static func context() -> EvaluationContext {
        var lists = IDLists()
        lists["vip"] = list(lines)
        return EvaluationContext(clock: { 0 }, idLists: lists)
    }

    @Test(
        "A value is in a list if the hash of its text is",
        arguments: [
            ("u-1", true), ("U-1", false), (5, true), (5.0, true), ("5", true), (true, true), (.null, false),
            (["a": 1], false), ("", false), ("u-2", false),
        ] as [(Value, Bool)])
    func membership(_ value: Value, _ isMember: Bool) throws {
        let user = User(custom: ["field": value])
        let inside = try Project(gate: Rule("in", .field("field", "in_segment_list", "vip"))).ruleset()
        let outside = try Project(gate: Rule("out", .field("field", "not_in_segment_list", "vip"))).ruleset()
        #expect(inside.passes(user, in: Self.context()) == isMember)
        #expect(outside.passes(user, in: Self.context()) == !isMember)
    }

    @Test(
        "Nobody is in an unknown list, and lists are named by texts alone",
        arguments: ["none", "VIP", 5, .null, ["vip"]] as [Value])
    func unknown(_ target: Value) throws {
        let user = User(userID: "u-1")
        let inside = try Project(gate: Rule("in", .unit("userID", "in_segment_list", target))).ruleset()
        let outside = try Project(gate: Rule("out", .unit("userID", "not_in_segment_list", target))).ruleset()
        #expect(!inside.passes(user, in: Self.context()))
        #expect(outside.passes(user, in: Self.context()))
    }

    @Test("The evaluation tells whether a list was consulted")
    func consulted() throws {
        var project = Project(gate: Rule("in", .unit("userID", "in_segment_list", "vip")))
        project.gate("other", Rule("any", .unit("userID", "any", ["u-1"])))
        let ruleset = try project.ruleset()
        let user = User(userID: "u-1")
        #expect(ruleset.gate("gate", for: user, in: Self.context()).evaluation.consultedIDList)
        #expect(!ruleset.gate("other", for: user, in: Self.context()).evaluation.consultedIDList)
    }

    @Test(
        "Later lines of a file win, and malformed ones are passed over",
        arguments: [
            ("+okp/VfJ4", 1, true), ("+okp/VfJ4\r\n", 1, true), ("+okp/VfJ4\n-okp/VfJ4\n", 0, false),
            ("-okp/VfJ4\n+okp/VfJ4\n", 1, true), ("+okp/VfJ4\n+okp/VfJ4\n", 1, true), ("okp/VfJ4\n", 0, false),
            ("+okp/VfJ\n", 0, false), ("+okp/VfJ4=\n", 0, false), ("*okp/VfJ4\n\n+\n", 0, false), ("", 0, false),
        ])
    func file(_ content: String, _ count: Int, _ contains: Bool) {
        let list = Self.list(content)
        #expect(list.count == count)
        #expect(list.contains("u-1") == contains)
    }

    @Test("A list of many ids has all of them and no other")
    func large() {
        let ids = (0..<5_000).map { "user-\($0)" }
        let list = IDList(ids.map { id in Array(id.utf8).withUnsafeBufferPointer { IDHash(hashing: $0) } })
        #expect(list.count == 5_000)
        #expect(ids.allSatisfy { list.contains($0) })
        #expect((5_000..<10_000).allSatisfy { !list.contains("user-\($0)") })
    }

    @Test("Lists are found by the bytes of their names")
    func names() {
        var lists = IDLists()
        lists["\u{E9}"] = Self.list(Self.lines)
        #expect(lists["\u{E9}"] != nil)
        #expect(lists["e\u{301}"] == nil)
        lists["\u{E9}"] = nil
        #expect(lists["\u{E9}"] == nil)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
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
        "No user is in an unknown list, and lists are named by texts alone",
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
        "A list counts as consulted by the record that asked it",
        arguments: [
            // The experiment of a group is evaluated by itself; the gate that it asked is remembered.
            ("group", false), ("groupThenGate", true), ("nested", true), ("twice", true),
            // A mapping's rule counts where it leads to another entity.
            ("mapped", true), ("notMapped", false), ("percentage", false), ("nowhere", false),
            // A nested gate has a record of its own.
            ("listThenNotMapped", true), ("chain", true),
        ])
    func consultedByRecord(name: String, consulted: Bool) throws {
        typealias Condition = DocumentBuilder.Condition
        let inside = Condition.unit("userID", "in_segment_list", "vip")
        let outside = Condition.unit("userID", "not_in_segment_list", "vip")
        var project = Project()
        project.gate("plain", Rule("r", inside))
        project.gate("open", Rule("r"))
        project.experiment("listed", Rule("r", inside, returns: [:], group: "A"))
        project.experiment("asking", Rule("r", .gate("plain"), returns: [:], group: "A"))
        project.gate("group", Rule("r", .group(of: "listed", "any", ["B"])))
        project.gate("groupThenGate", Rule("r0", .group(of: "asking", "any", ["B"])), Rule("r", .gate("plain")))
        project.gate("nested", Rule("r", .gate("plain")))
        project.gate("twice", Rule("r0", .notGate("plain")), Rule("r", .gate("plain")))
        for name in ["mapped", "notMapped", "percentage", "nowhere", "chain", "chained"] {
            project.gate(name, Rule("r"))
        }
        project.gate("listThenNotMapped", Rule("r0", outside), Rule("r", .gate("notMapped")))
        project.map("mapped", to: "open", Rule("m1", inside))
        project.map("notMapped", to: "open", Rule("m2", outside))
        project.map("percentage", to: "open", Rule("m3", inside, percentage: 0))
        project.map("nowhere", to: "missing", Rule("m4", inside))
        project.map("chain", to: "chained", Rule("m5", inside))
        project.map("chained", to: "open", Rule("m6", outside))
        let ruleset = try project.ruleset()
        let result = ruleset.gate(name, for: User(userID: "u-1"), in: Self.context())
        #expect(result.reason == .recognized)
        #expect(result.evaluation.consultedIDList == consulted)
    }

    @Test("A mapping of a layer's delegate that doesn't apply takes away what the layer consulted")
    func consultedByLayer() throws {
        let outside = DocumentBuilder.Condition.unit("userID", "not_in_segment_list", "vip")
        var project = Project()
        for name in ["mapped", "notMapped", "other"] { project.experiment(name, Rule("r", returns: ["a": 1])) }
        project.map("mapped", to: "other", Rule("m1"))
        project.map("notMapped", to: "other", Rule("m2", .field("plan", "eq", "pro")))
        for name in ["mapped", "notMapped"] {
            project.layer("layer of \(name)", Rule("r0", outside), Rule("r", delegate: name))
        }
        let ruleset = try project.ruleset()
        for (name, consulted) in [("mapped", true), ("notMapped", false)] {
            let layer = ruleset.layer("layer of \(name)", for: User(userID: "u-1"), in: Self.context())
            #expect(layer["a"] == 1)
            #expect(layer.evaluation.consultedIDList == consulted)
        }
    }

    @Test(
        "Later lines of a file win, and malformed ones are passed over",
        arguments: [
            ("+okp/VfJ4", 1, true), ("+okp/VfJ4\r\n", 1, true), ("+okp/VfJ4\n-okp/VfJ4\n", 0, false),
            ("-okp/VfJ4\n+okp/VfJ4\n", 1, true), ("+okp/VfJ4\n+okp/VfJ4\n", 1, true), ("okp/VfJ4\n", 0, false),
            ("+okp/VfJ\n", 0, false), ("+okp/VfJ4=\n", 0, false), ("*okp/VfJ4\n\n+\n", 0, false), ("", 0, false),
            ("+okp/VfJ4 \n", 0, false), ("+okp/VfJ4\t\n", 0, false), (" +okp/VfJ4\n", 0, false),
            ("+okp/VfJ4\r\r\n", 0, false), ("+okp/VfJ4\r", 0, false), ("+okp/VfJ4\r+okp/VfJ4\n", 0, false),
            ("+okp/VfJ4\n-okp/VfJ4 \n", 1, true), ("+okp/VfJ4\r\n-okp/VfJ4\r\n", 0, false),
            ("+ okp/VfJ4\n", 0, false), ("++okp/VfJ4\n", 0, false), ("# all\né\n+okp/VfJ4\n", 1, true),
            ("\n \r\n+okp/VfJ4\n", 1, true), ("+okp/VfJ4\0\n", 0, false),
        ])
    func file(_ content: String, _ count: Int, _ contains: Bool) {
        let list = Self.list(content)
        #expect(list.count == count)
        #expect(list.contains("u-1") == contains)
    }

    @Test("A list of many ids has all of them and no other")
    func large() {
        let ids = (0..<5_000).map { "user-\($0)" }
        let list = IDList(ids.map { id in IDHash(hashing: Array(id.utf8).span) })
        #expect(list.count == 5_000)
        #expect(ids.allSatisfy { list.contains($0) })
        #expect((5_000..<10_000).allSatisfy { !list.contains("user-\($0)") })
    }

    @Test("A list is what its lines leave, whatever the order they come in", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func anyOrder(seed: UInt64) {
        var state = seed
        func next(below bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        func line(_ sign: String, _ number: UInt64) -> String {
            // Hashes that are neighbours, and such that begin alike, crowd together in the list's table.
            var text = String(number, radix: 2)
            text = String(repeating: "0", count: 8 - text.count) + text
            return sign + text.replacing("0", with: "A").replacing("1", with: "/") + "\n"
        }
        var expected: Set<UInt64> = []
        var content = ""
        for _ in 0..<4_000 {
            let number = next(below: 256)
            if next(below: 5) < 3 {
                content += line("+", number)
                expected.insert(number)
            } else {
                content += line("-", number)
                expected.remove(number)
            }
        }
        let list = IDList(content: content.utf8)
        #expect(list.count == expected.count)
        for number in UInt64(0)..<256 {
            let hash = Array(line("", number).utf8.dropLast()).withUnsafeBufferPointer { IDHash(base64: $0) }
            #expect(hash.map { list.contains($0) } == expected.contains(number))
        }
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

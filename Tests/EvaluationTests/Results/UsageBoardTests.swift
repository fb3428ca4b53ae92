// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Calls that most likely mean something else are reported to the ruleset's board.
@Suite("Usage problems")
struct UsageBoardTests {
    private static func project() -> DocumentBuilder {
        var project = DocumentBuilder()
        project.gate("half", .init("r", .everyone, percentage: 50, idType: "companyID"))
        project.gate(
            "bucket",
            .init(
                "r",
                DocumentBuilder.Condition(
                    type: "user_bucket", operator: "lt", target: 500, idType: "companyID", salt: "s")))
        project.gate("all", .init("r", .everyone, idType: "companyID"))
        project.config(
            "pricing", .init("pro", .field("plan", "any", ["pro"]), returns: ["price": 7, "rebate": 0.5]),
            default: ["price": 9.99])
        project.experiment("experiment", .init("a", returns: ["size": 2], group: "A", isGroup: true))
        project.layer("layer", .init("l", delegate: "experiment"), default: ["color": "grey"])
        project.members["param_stores"] = [
            "store": ["parameters": ["price": ["ref_type": "static", "param_type": "number", "value": 9.99]]]
        ]
        return project
    }

    /// What `body` makes a board count, a line each.
    private static func problems(
        _ overrides: LocalOverrides = LocalOverrides(), _ body: (Ruleset, EvaluationContext) -> Void
    ) throws -> [String] {
        let board = UsageBoard()
        body(
            try project().ruleset().reporting(to: board),
            EvaluationContext(clock: { 1_700_000_000_000 }, overrides: overrides))
        return board.problems.map { $0.count == 1 ? "\($0)" : "\($0) ×\($0.count)" }
    }

    @Test("Unknown names of every kind are reported, once each and by kind")
    func unknownNames() throws {
        let problems = try Self.problems { ruleset, context in
            for _ in 0..<3 { _ = ruleset.checkGate("haf", for: User(), in: context) }
            _ = ruleset.gate("haf", for: User(), in: context)
            _ = ruleset.checkGate(ruleset.handle(for: .gate, named: "haf"), for: User(), in: context)
            _ = ruleset.dynamicConfig("haf", for: User(), in: context)["x"]
            _ = ruleset.experiment("haf", for: User(), in: context)
            _ = ruleset.layer("haf", for: User(), in: context)["x", default: 1]
            _ = ruleset.parameterStore("haf", for: User(), in: context)["x"]
        }
        #expect(
            problems == [
                #"the document has no gate "haf" ×5"#, #"the document has no dynamic config "haf""#,
                #"the document has no experiment "haf""#, #"the document has no layer "haf""#,
                #"the document has no parameter store "haf""#,
            ])
    }

    @Test("A parameter that no rule has is reported, one that another rule has isn't")
    func unknownParameters() throws {
        let problems = try Self.problems { ruleset, context in
            let config = ruleset.dynamicConfig("pricing", for: User(), in: context)
            for _ in 0..<2 {
                _ = config["rebate", default: 0.0]
                _ = config["pric", default: 0.0]
                _ = config["pric"]
            }
            let layer = ruleset.layer("layer", for: User(), in: context)
            _ = layer["color", default: ""]
            _ = layer["size", default: 0]
            _ = layer["colour", default: ""]
            let store = ruleset.parameterStore("store", for: User(), in: context)
            _ = store["prize", default: 0.0]
        }
        #expect(
            problems == [
                #"dynamic config "pricing" has no parameter "pric" ×4"#,
                #"layer "layer" has no parameter "colour""#, #"parameter store "store" has no parameter "prize""#,
            ])
    }

    @Test("A value of another type is reported with both types and without the value")
    func mismatches() throws {
        let problems = try Self.problems { ruleset, context in
            let config = ruleset.dynamicConfig("pricing", for: User(), in: context)
            for _ in 0..<3 { #expect(config["price", default: 10] == 10) }
            #expect(config["price", as: Double.self] == 9.99)
            _ = ruleset.layer("layer", for: User(), in: context)["size", as: [String].self]
            _ = ruleset.parameterStore("store", for: User(), in: context)["price", default: ""]
        }
        #expect(
            problems == [
                #"dynamic config "pricing": parameter "price" is a number with a fraction, read as Int ×3"#,
                #"layer "layer": parameter "size" is an integer, read as Array<String>"#,
                #"parameter store "store": parameter "price" is a number with a fraction, read as String"#,
            ])
    }

    @Test("A missing unit is reported where it is hashed")
    func missingUnits() throws {
        let problems = try Self.problems { ruleset, context in
            let user = User(userID: "u", customIDs: ["company": "c"])
            _ = ruleset.checkGate("half", for: user, in: context)
            _ = ruleset.checkGate("half", for: User(customIDs: ["companyID": ""]), in: context)
            _ = ruleset.checkGate("half", for: User(customIDs: ["companyID": "c"]), in: context)
            _ = ruleset.checkGate("half", for: User(customIDs: ["companyid": "c"]), in: context)
            _ = ruleset.checkGate("bucket", for: user, in: context)
            _ = ruleset.checkGate("all", for: user, in: context)
            _ = ruleset.clientInitializeResponse(for: user, in: context)
        }
        #expect(
            problems == [
                #""half" hashes the companyID, which a user doesn't have ×2"#,
                "a condition hashes the companyID, which a user doesn't have",
            ])
    }

    @Test("A forced group that the experiment doesn't have is reported")
    func unknownGroups() throws {
        var overrides = LocalOverrides()
        overrides.setExperiment("experiment", to: .group("a"), for: "u")
        overrides.setExperiment("experiment", to: .group("A"), for: "v")
        overrides.setExperiment("nowhere", to: .group("A"))
        let problems = try Self.problems(overrides) { ruleset, context in
            _ = ruleset.experiment("experiment", for: User(userID: "u"), in: context)
            _ = ruleset.experiment("experiment", for: User(userID: "v"), in: context)
            _ = ruleset.experiment("nowhere", for: User(), in: context)
        }
        #expect(
            problems == [
                #"experiment "experiment" has no group "a", which an override names"#,
                #"experiment "nowhere" has no group "A", which an override names"#,
            ])
    }

    @Test("Many problems are bounded and still counted")
    func bounds() throws {
        let board = UsageBoard()
        let ruleset = Ruleset().reporting(to: board)
        for round in 0..<2 {
            for index in 0..<2_000 { _ = ruleset.checkGate("gate-\(index)", for: User(), in: .plain) }
            #expect(board.problems.count == UsageBoard.maximumProblems)
            #expect(board.problems.allSatisfy { $0.count == round + 1 })
            #expect(board.problems.map(\.name) == (0..<512).map { "gate-\($0)" })
        }
        #expect(board.overflowCount > 0)
    }

    @Test("Many threads count every occurrence and find each problem once")
    func threads() async throws {
        let (counted, found) = (AtomicCounter(), AtomicCounter())
        let board = UsageBoard(counted: { _ in counted.add() }, found: { _ in found.add() })
        let ruleset = Ruleset().reporting(to: board)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for index in 0..<4_000 { _ = ruleset.checkGate("gate-\(index % 20)", for: User(), in: .plain) }
                }
            }
        }
        #expect(board.problems.count == 20)
        #expect(board.problems.allSatisfy { $0.count == 1_600 })
        #expect(counted.count == 32_000)
        #expect(found.count == 20)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// How programs set and read the fields of a user.
@Suite("Fields of users")
struct UserFieldTests {
    private enum Plan: String, ValueConvertible {
        case free, pro

        var gatehouseValue: Value { .string(rawValue) }
    }

    @Test("Variables of every type become fields")
    func variables() {
        let (plan, age, share, isNew, tags) = ("pro", 7, 0.5, true, ["a", "b"])
        let limits = ["seats": 5, "projects": 2]
        let (none, company): (String?, String?) = (nil, "c-42")
        let user = User(
            userID: "u", customIDs: ["companyID": company, "teamID": none],
            custom: [
                "plan": plan, "age": age, "share": share, "isNew": isNew, "tags": tags, "limits": limits,
                "level": Plan.free, "literal": "x", "large": UInt64.max, "byte": UInt8(3), "none": none,
            ],
            privateAttributes: ["name": plan.prefix(2)])
        #expect(user.customIDs == ["companyID": "c-42"])
        #expect(
            user.custom == [
                "plan": "pro", "age": 7, "share": 0.5, "isNew": true, "tags": ["a", "b"],
                "limits": ["projects": 2, "seats": 5], "level": "free", "literal": "x", "large": .unsigned(.max),
                "byte": 3,
            ])
        #expect(user.custom.map(\.name).first == "plan")
        #expect(user.privateAttributes == ["name": "pr"])
    }

    @Test("Literals, objects and single fields work as before")
    func literals() {
        var user = User(userID: "u", custom: ["plan": "pro", "age": 7, "none": nil, "list": [1, "a"]])
        #expect(user.custom["none"] == .null)
        let plan = "free"
        user.setCustom(plan, for: "plan")
        user.setCustom(nil, for: "age")
        user.setCustomID(5, for: "companyID")
        user.custom["new"] = Value(["a": [plan]])
        #expect(
            user.custom == ["plan": "free", "age": .null, "none": .null, "list": [1, "a"], "new": ["a": ["free"]]])
        #expect(user.customIDs == ["companyID": 5])
        #expect(Object(["plan": plan, "age": 7]) == ["plan": "free", "age": 7])
        #expect(Value(Set([3, 1])) == [1, 3])
    }

    @Test("Members are text, whatever JSON had")
    func members() throws {
        let json = #"{"userID":5,"email":"e","ip":1.5,"userAgent":true,"country":["DE"],"locale":null}"#
        var user = try User(json: Array(json.utf8))
        #expect(user.userID == "5")
        #expect(user.email == "e")
        #expect(user.ip == "1.5")
        #expect(user.userAgent == "true")
        #expect(user.country == nil)
        #expect(user.locale == nil)
        #expect(user.appVersion == nil)
        user.userID = "u"
        user.email = nil
        #expect(user.userID == "u")
        #expect(user.email == nil)
    }

    @Test("Descriptions show everything but private attributes")
    func descriptions() throws {
        let user = User(
            userID: "u", customIDs: ["companyID": "c"], email: "a@example.com", custom: ["plan": "pro", "n": 1.0],
            privateAttributes: ["ssn": "078-05-1120", "age": 42], environment: ["tier": "dev"])
        let expected =
            #"User(userID: "u", email: "a@example.com", customIDs: {"companyID":"c"}, "#
            + #"custom: {"plan":"pro","n":1.0}, environment: {"tier":"dev"}, privateAttributes: 2 hidden)"#
        #expect(user.description == expected)
        #expect("\([user])" == "[\(expected)]")
        var dumped = ""
        dump(user, to: &dumped)
        #expect(dumped.contains("2 hidden"))
        for text in [user.description, String(reflecting: user), dumped] {
            #expect(!text.contains("078-05-1120"))
            #expect(!text.contains("42"))
        }
        #expect(User().description == "User()")
    }

    @Test("Results are shown in a line")
    func results() throws {
        var project = DocumentBuilder(gate: .init("r", .everyone))
        project.config("config", .init("pro", returns: ["price": 7], group: "Pro users"))
        let ruleset = try project.ruleset()
        func text(_ result: some EvaluationResult) -> String { "\(result)" }
        #expect(text(ruleset.gate("gate", for: User(), in: .plain)) == "gate: true, rule r")
        #expect(
            text(ruleset.dynamicConfig("config", for: User(), in: .plain))
                == #"config: {"price":7}, rule pro, group Pro users"#)
        #expect(text(ruleset.layer("nowhere", for: User(), in: .plain)) == "nowhere: null (unknown name)")
        let explanation = ruleset.explain(.gate, "gate", for: User(), in: .plain)
        #expect("\(explanation)" == explanation.text)
    }
}

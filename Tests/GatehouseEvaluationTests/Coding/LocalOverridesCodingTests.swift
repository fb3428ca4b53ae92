// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import Testing

@Suite("Overrides through coders")
struct LocalOverridesCodingTests {
    static let file = """
        {
          "gates": {"new_checkout": {"everybody": false, "units": {"tester-1": true}}},
          "dynamicConfigs": {"pricing": {"everybody": {"price": 9.99}}},
          "experiments": {
            "button": {"everybody": {"group": "Blue"}, "units": {"tester-1": {"value": {"color": "red"}}}}
          },
          "layers": {"shop": {"units": {"tester-1": {"size": 2}}}},
          "parameterStores": {"home": {"everybody": {"banner": "summer"}}}
        }
        """

    static func read(_ json: String) throws -> LocalOverrides {
        try JSONDecoder().decode(LocalOverrides.self, from: Data(json.utf8))
    }

    static func written(_ overrides: LocalOverrides) throws -> Object {
        try JSONDecoder().decode(Object.self, from: JSONEncoder().encode(overrides))
    }

    @Test("A file of overrides holds for everybody and for units, by user id and custom id")
    func answers() throws {
        let overrides = try LocalOverridesCodingTests.read(LocalOverridesCodingTests.file)
        let context = EvaluationContext(clock: { 0 }, overrides: overrides)
        let ruleset = Ruleset()
        let (other, tester) = (User(userID: "other"), User(userID: "tester-1"))
        let company = User(userID: "other", customIDs: ["companyID": "tester-1"])
        #expect(!ruleset.checkGate("new_checkout", for: other, in: context))
        #expect(ruleset.checkGate("new_checkout", for: tester, in: context))
        #expect(ruleset.checkGate("new_checkout", for: company, in: context))
        #expect(ruleset.dynamicConfig("pricing", for: other, in: context)["price", default: 0.0] == 9.99)
        #expect(ruleset.experiment("button", for: tester, in: context)["color", default: ""] == "red")
        #expect(ruleset.layer("shop", for: tester, in: context)["size", default: 0] == 2)
        #expect(ruleset.layer("shop", for: other, in: context)["size", default: 0] == 0)
        #expect(ruleset.parameterStore("home", for: other, in: context)["banner", default: ""] == "summer")
    }

    @Test("What was read is written the same")
    func roundTrip() throws {
        let expected = try JSONDecoder().decode(Object.self, from: Data(LocalOverridesCodingTests.file.utf8))
        let overrides = try LocalOverridesCodingTests.read(LocalOverridesCodingTests.file)
        #expect(try LocalOverridesCodingTests.written(overrides) == expected)
    }

    @Test("What was taken back isn't written")
    func takenBack() throws {
        var overrides = LocalOverrides()
        overrides.setGate("a", to: true)
        overrides.setGate("b", to: true, for: "u")
        overrides.setGate("a", to: nil)
        #expect(try LocalOverridesCodingTests.written(overrides) == ["gates": ["b": ["units": ["u": true]]]])
        overrides.setGate("b", to: nil, for: "u")
        #expect(try LocalOverridesCodingTests.written(overrides) == [:])
    }

    @Test("An empty file overrides nothing", arguments: ["{}", #"{"gates":{}}"#, #"{"gates":null}"#])
    func empty(json: String) throws {
        #expect(try LocalOverridesCodingTests.read(json).isEmpty)
    }

    @Test(
        "What is misspelt or of another shape is an error",
        arguments: [
            ("[]", ""), ("1", ""), (#"{"gate":{}}"#, "gates"), (#"{"gates":{"g":true}}"#, ""),
            (#"{"gates":{"g":{"everyone":true}}}"#, "everybody"), (#"{"gates":{"g":{"everybody":1}}}"#, ""),
            (#"{"gates":{"g":{"units":[true]}}}"#, ""), (#"{"experiments":{"e":{"everybody":{}}}}"#, "group"),
            (#"{"experiments":{"e":{"everybody":{"group":"G","value":{}}}}}"#, "either"),
            (#"{"experiments":{"e":{"everybody":{"groups":"G"}}}}"#, "group, value"),
            (#"{"layers":{"l":{"everybody":{"a":1e400}}}}"#, ""),
        ])
    func refused(json: String, hint: String) throws {
        let error = try #require(throws: DecodingError.self) { try LocalOverridesCodingTests.read(json) }
        if !hint.isEmpty { #expect("\(error)".contains(hint)) }
    }
}

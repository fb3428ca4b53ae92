// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Users: what goes in comes out, and conditions see its text (Evaluation §2.1, §2.2, §3.1).
@Suite("Users")
struct UserTests {
    private static let values: [Value] = [
        .null, true, false, 0, -1, 9_223_372_036_854_775_807, .unsigned(.max), 1.5, -0.0, 1e300, "", "text",
        "\u{1F600}",
        [], [1, [2.0, "x", .null]], [:], ["a": ["b": [:]], "c": 1],
    ]

    @Test("Well-known fields keep values of any kind", arguments: values)
    func wellKnownFields(_ value: Value) {
        let fields: [WritableKeyPath<User, Value?>] = [
            \.[.userID], \.[.email], \.[.ip], \.[.userAgent], \.[.country], \.[.locale], \.[.appVersion],
        ]
        for field in fields {
            var user = User(
                userID: "u", email: "e", ip: "i", userAgent: "a", country: "c", locale: "l", appVersion: "v")
            user[keyPath: field] = value
            #expect(user[keyPath: field] == value)
            for other in fields where other != field { #expect(user[keyPath: other] != nil) }
            user[keyPath: field] = nil
            #expect(user[keyPath: field] == nil)
        }
    }

    @Test("Maps keep values of any kind", arguments: values)
    func maps(_ value: Value) {
        let object: Object = ["first": value, "second": [value], "third": ["inner": value]]
        let user = User(customIDs: object, custom: object, privateAttributes: object, environment: object)
        #expect(user.customIDs == object)
        #expect(user.custom == object)
        #expect(user.privateAttributes == object)
        #expect(user.environment == object)
        #expect(user.custom.map(\.name) == ["first", "second", "third"])
    }

    @Test("A single custom field or ID is set without touching the others")
    func setters() {
        var user = User(customIDs: ["a": "1"], custom: ["x": 1, "y": 2])
        let before = user
        user.setCustom(3, for: "x")
        user.setCustom(["deep"], for: "z")
        user.setCustomID("2", for: "b")
        user.setCustomID("3", for: "a")
        #expect(user.custom == ["x": 3, "y": 2, "z": ["deep"]])
        #expect(user.customIDs == ["a": "3", "b": "2"])
        #expect(before.custom == ["x": 1, "y": 2])
    }

    @Test("Users are equal if their fields are, however they came about")
    func equality() {
        let left = User(userID: "u", custom: ["a": 1, "b": 2])
        var right = User()
        right.setCustom(5, for: "a")
        right.setCustom(2, for: "b")
        right.setCustom(1, for: "a")
        #expect(left != right)
        right.userID = "u"
        #expect(left == right)
        right.environment = [:]
        #expect(left != right)
    }

    @Test("The order of members doesn't count, nor do equal texts in other scalars count as one name")
    func equalityOfNames() {
        #expect(User(custom: ["a": 1, "b": 2]) == User(custom: ["b": 2, "a": 1]))
        #expect(User(custom: ["\u{E9}": 1]) != User(custom: ["e\u{301}": 1]))
        var user = User(custom: ["\u{E9}": 1])
        user.setCustom(2, for: "e\u{301}")
        #expect(user.custom.count == 2)
        #expect(user.custom["\u{E9}"] == 1)
        #expect(user.custom["e\u{301}"] == 2)
    }

    @Test(
        "Conditions see numbers in plain notation by way of a float",
        arguments: [
            (1.0, "1"), (1.5, "1.5"), (1e23, "100000000000000000000000"), (1e-7, "0.0000001"), (-0.0, "-0"), (0, "0"),
            (9_007_199_254_740_993, "9007199254740992"), (9_223_372_036_854_775_807, "9223372036854776000"),
            (.unsigned(.max), "18446744073709552000"), (1e-20, "0.00000000000000000001"), (0.1, "0.1"), (-17, "-17"),
        ] as [(Value, String)])
    func numberTexts(_ value: Value, _ text: String) {
        #expect(String(decoding: User.conditionText(of: value), as: UTF8.self) == text)
    }

    @Test(
        "Conditions see arrays as compact JSON and objects not at all",
        arguments: [
            ([1, 1.0, "a\u{1}\"/\u{7F}é", true, .null], "[1,1.0,\"a\\u0001\\\"/\u{7F}é\",true,null]"),
            ([["a": 1e21]], #"[{"a":1e21}]"#), (["a": 1], ""), (.null, ""), (true, "true"), ("text", "text"),
        ] as [(Value, String)])
    func otherTexts(_ value: Value, _ text: String) {
        #expect(String(decoding: User.conditionText(of: value), as: UTF8.self) == text)
    }

    @Test("A user is read from the JSON that SDKs send")
    func wireFormat() throws {
        let json = #"""
            {"userID": 5, "customIDs": {"companyID": "c"}, "email": "e", "ip": "1.2.3.4", "userAgent": "ua",
             "country": "DE", "locale": "de", "appVersion": 1.0, "custom": {"plan": null}, "future": [1],
             "privateAttributes": {"p": [1, 1.0]}, "statsigEnvironment": {"tier": "dev"}}
            """#
        let user = try User(json: Array(json.utf8))
        var expected = User(
            customIDs: ["companyID": "c"], email: "e", ip: "1.2.3.4", userAgent: "ua", country: "DE", locale: "de",
            custom: ["plan": .null], privateAttributes: ["p": [1, 1.0]], environment: ["tier": "dev"])
        expected[.userID] = 5
        expected[.appVersion] = 1.0
        #expect(user == expected)
        #expect(try User(json: Array("{}".utf8)) == User())
        #expect(try User(json: Array(#"{"userID": null, "custom": null}"#.utf8)) == User())
    }

    @Test(
        "What isn't a user is refused",
        arguments: [
            "", "[]", "5", #"{"custom": 5}"#, #"{"custom": []}"#, "{} x", #"{"userID": }"#, "{\"userID\": \"\u{1}\"}",
        ])
    func malformed(_ json: String) {
        #expect(throws: DocumentError.self) { try User(json: Array(json.utf8)) }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import Testing

@Suite("Users through coders")
struct UserCodingTests {
    @Test("Every member is read and written under the name that the SDKs share")
    func members() throws {
        let json = """
            {"userID":"u","email":"e","ip":"1.1.1.1","userAgent":"UA","country":"NZ","locale":"en","appVersion":"1.2",
            "customIDs":{"companyID":7},"custom":{"a":1,"b":1.5,"c":[null,true],"d":{"é":"\\u00e9"}},
            "privateAttributes":{"p":18446744073709551615},"statsigEnvironment":{"tier":"staging"},"extra":[1]}
            """
        let user = try JSONDecoder().decode(User.self, from: Data(json.utf8))
        let expected = User(
            userID: "u", customIDs: ["companyID": 7], email: "e", ip: "1.1.1.1", userAgent: "UA", country: "NZ",
            locale: "en", appVersion: "1.2", custom: ["a": 1, "b": 1.5, "c": [nil, true], "d": ["é": "é"]],
            privateAttributes: ["p": .unsigned(.max)], environment: ["tier": "staging"])
        #expect(user == expected)
        let written = try JSONDecoder().decode(Object.self, from: JSONEncoder().encode(user))
        var all = try JSONDecoder().decode(Object.self, from: Data(json.utf8))
        all["extra"] = nil
        #expect(written == all)
    }

    @Test("What a user doesn't have isn't written")
    func absent() throws {
        #expect(String(decoding: try JSONEncoder().encode(User()), as: UTF8.self) == "{}")
        let user = User(userID: "u")
        #expect(String(decoding: try JSONEncoder().encode(user), as: UTF8.self) == #"{"userID":"u"}"#)
    }

    @Test(
        "Members may be missing or null",
        arguments: [
            "{}", #"{"userID":null,"email":null,"custom":null,"customIDs":null,"privateAttributes":null}"#,
            #"{"statsigEnvironment":null,"unknown":null}"#,
        ])
    func missing(json: String) throws {
        #expect(try JSONDecoder().decode(User.self, from: Data(json.utf8)) == User())
    }

    @Test("Well-known fields may be of any kind", arguments: ["1", "1.5", "true", "[1]", "{\"a\":1}", "\"x\""])
    func otherKinds(json: String) throws {
        let value = try JSONDecoder().decode(Value.self, from: Data(json.utf8))
        let fields = ["userID", "email", "ip", "userAgent", "country", "locale", "appVersion"]
        let text = fields.map { "\"\($0)\":\(json)" }.joined(separator: ",")
        let user = try JSONDecoder().decode(User.self, from: Data("{\(text)}".utf8))
        for field in User.Field.allCases { #expect(user[field] == value) }
        #expect(try JSONDecoder().decode(User.self, from: JSONEncoder().encode(user)) == user)
    }

    @Test("Empty maps stay there, since responses for clients tell them from none")
    func emptyMaps() throws {
        let json = Data(#"{"custom":{},"customIDs":{},"statsigEnvironment":{}}"#.utf8)
        let user = try JSONDecoder().decode(User.self, from: json)
        let written = try JSONDecoder().decode(Object.self, from: JSONEncoder().encode(user))
        #expect(written == ["custom": [:], "customIDs": [:], "statsigEnvironment": [:]])
    }

    @Test(
        "What isn't a user is an error",
        arguments: [
            "[]", "\"u\"", "1", "null", #"{"custom":1}"#, #"{"customIDs":[]}"#, #"{"privateAttributes":"x"}"#,
            #"{"statsigEnvironment":true}"#, #"{"userID":1e400}"#, #"{"custom":{"a":1e400}}"#,
        ])
    func refused(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(User.self, from: Data(json.utf8)) }
    }

    @Test("Nesting is bounded", arguments: [126, 127, 128, 400, 100_000])
    func nesting(depth: Int) throws {
        // The user is a level as well.
        let inner = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
        let json = Data(#"{"userID":\#(inner)}"#.utf8)
        if depth <= 127 {
            #expect(try JSONDecoder().decode(User.self, from: json)[.userID] != nil)
        } else {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(User.self, from: json) }
        }
    }
}

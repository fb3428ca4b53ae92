// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import Testing

@Suite("Users in JSON")
struct UserTests {
    @Test("Every member is read, and values keep their kinds")
    func members() throws {
        let user = try User(
            json: Array(
                """
                {"userID":"u","email":"e","ip":"1.1.1.1","userAgent":"UA","country":"NZ","locale":"en","appVersion":"1.2",
                "customIDs":{"companyID":7},"custom":{"a":1,"b":1.0,"c":[null,true],"d":{"é":"\\u00e9"}},
                "privateAttributes":{"p":18446744073709551615},"statsigEnvironment":{"tier":"staging"},"extra":[1]}
                """.utf8))
        var expected = User(
            userID: "u", customIDs: ["companyID": 7], email: "e", ip: "1.1.1.1", userAgent: "UA", country: "NZ",
            locale: "en",
            appVersion: "1.2", custom: ["a": 1, "b": 1.0, "c": [nil, true], "d": ["é": "é"]],
            privateAttributes: ["p": .unsigned(.max)], environment: ["tier": "staging"])
        #expect(user == expected)
        expected.custom["a"] = 1.0
        #expect(user != expected)
    }

    @Test(
        "Members may be missing or null",
        arguments: [
            "{}", " {} ", #"{"userID":null,"email":null,"custom":null,"customIDs":null,"privateAttributes":null}"#,
            #"{"statsigEnvironment":null,"unknown":null}"#,
        ])
    func absent(json: String) throws {
        #expect(try User(json: Array(json.utf8)) == User())
    }

    @Test("Well-known fields may be of any kind", arguments: ["1", "1.5", "true", "[1]", "{\"a\":1}", "\"x\""])
    func otherKinds(json: String) throws {
        let value = try #require(Value(json: Array(json.utf8)))
        let text = ["userID", "email", "ip", "userAgent", "country", "locale", "appVersion"]
            .map { "\"\($0)\":\(json)" }.joined(separator: ",")
        let user = try User(json: Array("{\(text)}".utf8))
        for field in User.Field.allCases { #expect(user[field] == value) }
    }

    @Test(
        "What isn't one user is refused with the location of the fault",
        arguments: [
            ("", DocumentError.Code.notJSON, "", "the text ends in the middle of a value"),
            ("[]", .unexpectedStructure, "", "expected an object, found array"),
            ("\"u\"", .unexpectedStructure, "", "expected an object, found string"),
            ("{\"userID\":", .notJSON, "userID", "the text ends in the middle of a value"),
            ("{\"userID\":\"u\"", .notJSON, "", "the text ends in the middle of a value"),
            ("{} {}", .notJSON, "", "a character that doesn't belong here"),
            ("{}x", .notJSON, "", "a character that doesn't belong here"),
            ("{\"custom\":[]}", .unexpectedStructure, "custom", "expected an object, found array"),
            ("{\"customIDs\":\"x\"}", .unexpectedStructure, "customIDs", "expected an object, found string"),
            (
                "{\"privateAttributes\":1}", .unexpectedStructure, "privateAttributes",
                "expected an object, found number"
            ),
            (
                "{\"statsigEnvironment\":true}", .unexpectedStructure, "statsigEnvironment",
                "expected an object, found bool"
            ),
            (
                "{\"custom\":{\"a\":1e400}}", .unexpectedStructure, "custom",
                "a number beyond the range of a 64-bit float"
            ),
            ("{\"email\":\"\\ud800\"}", .unexpectedStructure, "email", "half of a surrogate pair"),
            ("\u{FEFF}{}", .notJSON, "", "a character that doesn't belong here"),
        ] as [(String, DocumentError.Code, String, String)])
    func faults(json: String, code: DocumentError.Code, path: String, message: String) throws {
        let error = try #require(throws: DocumentError.self) { try User(json: Array(json.utf8)) }
        #expect(error.code == code)
        #expect(error.path == path)
        #expect(error.message == message)
    }

    @Test("Bytes that aren't UTF-8 are refused")
    func brokenUTF8() throws {
        let bytes = Array("{\"userID\":\"".utf8) + [0xC3] + Array("\"}".utf8)
        let error = try #require(throws: DocumentError.self) { try User(json: bytes) }
        #expect(error.code == .notJSON)
        #expect(error.byteOffset == 11)
        #expect(error.column == 12)
    }

    @Test("A user cut off anywhere is refused")
    func truncation() throws {
        let bytes = Array(#"{"userID":"é","custom":{"a":[1.5e3,null,{"b":"\ud83d\ude00"}]},"customIDs":{}}"#.utf8)
        for count in 0..<bytes.count {
            #expect(throws: DocumentError.self) { try User(json: Array(bytes[..<count])) }
        }
        _ = try User(json: bytes)
    }

    @Test("Deep nesting is refused", arguments: ["[", "{\"a\":"])
    func depth(open: String) throws {
        let json = "{\"custom\":{\"a\":" + String(repeating: open, count: 100_000)
        let error = try #require(throws: DocumentError.self) { try User(json: Array(json.utf8)) }
        #expect(error.message == "more than 127 levels of nesting")
    }

    @Test("Unknown members are skipped, readable or not", arguments: UnreadableValueTests.values)
    func unknownMembers(value: String) throws {
        let user = try User(json: Array("{\"x\":\(value),\"userID\":\"u\",\"y\":\(value)}".utf8))
        #expect(user.userID == "u")
    }

    @Test("The last of several members with one name counts")
    func duplicates() throws {
        let user = try User(json: Array(#"{"userID":"a","userID":"b","custom":{"x":1,"y":2,"\u0078":3}}"#.utf8))
        #expect(user.userID == "b")
        #expect(user.custom == ["x": 3, "y": 2])
    }

    @Test("An object of many members, twice each, takes no quadratic time")
    func manyMembers() throws {
        let members = (0..<20_000).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        let user = try User(json: Array("{\"custom\":{\(members),\(members)}}".utf8))
        #expect(user.custom.count == 20_000)
    }
}

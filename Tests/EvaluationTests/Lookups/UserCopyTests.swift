// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Users share their values until one of them is changed, which has no effect on the others.
@Suite("Copies of users")
struct UserCopyTests {
    private static let original = User(
        userID: "u", customIDs: ["companyID": "c"], email: "e", ip: "1.2.3.4", userAgent: "agent", country: "US",
        locale: "en", appVersion: "1", custom: ["plan": "pro", "tags": ["a", ["b": 1]]],
        privateAttributes: ["secret": 1.5], environment: ["tier": "dev"])

    private static let changes: [@Sendable (inout User) -> Void] = [
        { $0[.userID] = 5 }, { $0.email = nil }, { $0[.ip] = ["x"] }, { $0.userAgent = "other" }, { $0.country = "DE" },
        { $0[.locale] = ["a": 1] }, { $0[.appVersion] = .null }, { $0.customIDs = [:] },
        { $0.customIDs["companyID"] = "d" }, { $0.custom = ["plan": "free"] }, { $0.custom["plan"] = nil },
        { $0.privateAttributes = ["other": 1] }, { $0.environment = nil }, { $0.environment = [:] },
        { $0.environment?["tier"] = "prod" }, { $0.setCustom("free", for: "plan") }, { $0.setCustom(1, for: "new") },
        { $0.setCustomID("d", for: "companyID") }, { $0.setCustomID(1, for: "new") },
    ]

    @Test("Changing a copy leaves the original alone, and the other way round", arguments: changes.indices)
    func independence(_ index: Int) {
        let change = Self.changes[index]
        let original = Self.original
        var copy = original
        change(&copy)
        #expect(copy != original)
        #expect(original == Self.original)
        var second = copy
        let kept = copy
        for other in Self.changes { other(&second) }
        #expect(copy == kept)
        // What was changed in a shared user and what was changed in an own one are the same.
        var own = User(
            userID: "u", customIDs: ["companyID": "c"], email: "e", ip: "1.2.3.4", userAgent: "agent",
            country: "US", locale: "en", appVersion: "1", custom: ["plan": "pro", "tags": ["a", ["b": 1]]],
            privateAttributes: ["secret": 1.5], environment: ["tier": "dev"])
        change(&own)
        #expect(own == copy)
    }

    @Test("A user grows member by member, in all maps by turns")
    func growth() {
        var user = User()
        var expected: [Object.Member] = []
        for index in 0..<500 {
            let value: Value = index % 7 == 0 ? [.integer(Int64(index)), "text"] : .integer(Int64(index))
            user.setCustom(value, for: "name\(index)")
            user.setCustomID(value, for: "name\(index)")
            if index % 100 == 0 { user.email = String(repeating: "x", count: index) }
            expected.append(("name\(index)", value))
        }
        let object = Object(distinct: expected)
        #expect(user.custom == object)
        #expect(user.customIDs == object)
        #expect(user.custom.map(\.name) == expected.map(\.name))
        #expect(user.email == String(repeating: "x", count: 400))
        #expect(user.privateAttributes.isEmpty)
        #expect(user.environment == nil)
    }

    @Test("Replaced values don't pile up")
    func replacing() {
        var user = User(userID: "u", custom: ["plan": "pro"])
        for index in 0..<20_000 {
            user.setCustom(.string("value \(index)"), for: "plan")
            user.userAgent = "agent \(index)"
            user.privateAttributes = ["list": [.integer(Int64(index)), ["x": "y"]]]
        }
        #expect(user.custom == ["plan": "value 19999"])
        #expect(user.userAgent == "agent 19999")
        #expect(user.privateAttributes == ["list": [19_999, ["x": "y"]]])
        #expect(user.memoryByteCount < 8_192)
    }

    @Test("Numbers of any length have room", arguments: [1, 3, 100])
    func numbers(_ count: Int) {
        let extremes: [Double] = [
            .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
            .leastNormalMagnitude, .infinity, -.infinity, -0.0, 0, 1e-6, 9.999999999999999e-7, -1.2345678901234567e-6,
            1e15, 999_999_999_999_999.9, -123_456_789_012_345.67, 1.0000000000000002e15, 1e21, 0.1, -1.0 / 3,
        ]
        let values =
            extremes.map { Value.double($0) } + [.integer(.min), .integer(.max), .unsigned(.max), true, false, .null]
        for value in values {
            // No other values, so that there is exactly the room that was thought of.
            let members = (0..<count).map { (name: "m\($0)", value: value) }
            let user = User(custom: Object(distinct: members), privateAttributes: ["all": .array(values)])
            #expect(user.custom == Object(distinct: members))
            #expect(user.privateAttributes == ["all": .array(values)])
        }
    }

    // MARK: - Limits

    private static let tooLong = String(repeating: "x", count: Limits.userByteCount + 1)

    @Test("What is too long for a user counts as absent, and the rest stays")
    func limits() {
        let user = User(
            userID: "u", customIDs: ["a": 1, "b": .string(Self.tooLong), "c": 3], email: Self.tooLong, locale: "en",
            custom: ["long": .string(Self.tooLong)], environment: ["tier": "dev"])
        var expected = User(userID: "u", customIDs: ["a": 1, "c": 3], locale: "en", environment: ["tier": "dev"])
        #expect(user == expected)

        var changed = expected
        changed.userID = Self.tooLong
        changed.setCustomID(.string(Self.tooLong), for: "a")
        changed.setCustomID(.string(Self.tooLong), for: "new")
        changed.environment = ["tier": .string(Self.tooLong), "other": 1]
        #expect(changed == User(customIDs: ["c": 3], locale: "en", environment: ["other": 1]))
        expected.userID = nil
        expected.userID = "u"
        #expect(user == expected)
    }

    // MARK: - Threads

    @Test("A user may be copied, changed and asked from many tasks at once")
    func sharing() async throws {
        let ruleset = try Project(
            gate: Rule(
                "rule", Condition(type: "ua_based", operator: "any", target: ["Firefox"], field: "browser_name"),
                .field("plan", "any", ["pro"]))
        ).ruleset()
        for _ in 0..<20 {
            let shared = User(userID: "u", userAgent: .firefox, custom: ["plan": "pro"])
            let failures = await withTaskGroup(of: Int.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        var failures = 0
                        for round in 0..<50 {
                            if !ruleset.passes(shared) { failures += 1 }
                            var copy = shared
                            copy.setCustom(.string(round % 2 == 0 ? "free" : "pro"), for: "plan")
                            copy[.userID] = .integer(Int64(task))
                            if ruleset.passes(copy) != (round % 2 == 1) { failures += 1 }
                        }
                        return failures
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(failures == 0)
            #expect(shared == User(userID: "u", userAgent: .firefox, custom: ["plan": "pro"]))
        }
    }
}

/// The parsed user agent is stored with the user, which has no effect on answers.
@Suite("Kept user agents")
struct UserAgentCacheTests {
    private static func ruleset(_ browser: Value) throws -> Ruleset {
        try Project(
            gate: Rule("rule", Condition(type: "ua_based", operator: "any", target: [browser], field: "browser_name"))
        ).ruleset()
    }

    @Test("Repeated questions have the same answer, and a new user agent a new one")
    func renewal() throws {
        let firefox = try Self.ruleset("Firefox")
        var user = User(userAgent: .firefox)
        for _ in 0..<3 { #expect(firefox.passes(user)) }
        let before = user
        user.userAgent = .chrome
        for _ in 0..<3 { #expect(!firefox.passes(user)) }
        #expect(try Self.ruleset("Chrome").passes(user))
        #expect(firefox.passes(before))
        user.userAgent = .firefox
        user.email = "an own user keeps the parts"
        #expect(firefox.passes(user))
        user.userAgent = nil
        #expect(!firefox.passes(user))
        user.custom = ["userAgent": .string(.firefox)]
        for _ in 0..<3 { #expect(firefox.passes(user)) }
        user.userAgent = .chrome
        #expect(!firefox.passes(user))
    }

    @Test("Every part of the same user agent is told apart")
    func parts() throws {
        let user = User(userAgent: .firefox)
        let parts = [
            "os_name": "Windows", "os_version": "10", "browser_name": "Firefox", "browser_version": "132.0",
        ]
        for _ in 0..<2 {
            for (field, part) in parts {
                let condition = Condition(type: "ua_based", operator: "eq", target: .string(part), field: field)
                #expect(try Project(gate: Rule("rule", condition)).ruleset().passes(user), "\(field)")
            }
        }
    }

    @Test("Parts too long to be kept are found all the same", arguments: [10, 80, 100, 400])
    func longParts(_ count: Int) throws {
        let version = "1" + String(repeating: "2", count: count)
        let user = User(userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/\(version)")
        let condition = Condition(
            type: "ua_based", operator: "str_starts_with_any", target: [.string(version)], field: "browser_version")
        let ruleset = try Project(gate: Rule("rule", condition)).ruleset()
        for _ in 0..<3 { #expect(ruleset.passes(user)) }
    }

    @Test("A user agent that is too long to be parsed has no parts, however often it is asked for")
    func unparsed() throws {
        let ruleset = try Self.ruleset("Firefox")
        let user = User(userAgent: .firefox + String(repeating: " ", count: Limits.userAgentByteCount))
        for _ in 0..<3 { #expect(!ruleset.passes(user)) }
    }
}

extension String {
    fileprivate static let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/132.0"
    fileprivate static let chrome =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import TestSupport
import Testing

/// Which value a condition sees (Evaluation §3.2, §3.3).
@Suite("Lookups of fields and units")
struct LookupTests {
    /// The value that a condition on `field` sees, out of some candidates.
    private static func found(
        _ field: String, _ user: User, global: Object = [:], candidates: [String]
    ) throws -> String? {
        let context = EvaluationContext(clock: { 0 }, globalCustomFields: global)
        for candidate in candidates {
            let ruleset = try Project(gate: Rule("rule", .field(field, "any_case_sensitive", [.string(candidate)])))
                .ruleset()
            if ruleset.passes(user, in: context) { return candidate }
        }
        return nil
    }

    @Test(
        "A well-known field is found in any case",
        arguments: ["userID", "email", "ip", "country", "locale", "appVersion", "userAgent"])
    func wellKnown(_ field: String) throws {
        let user = User(
            userID: "userID", email: "email", ip: "ip", userAgent: "userAgent", country: "country", locale: "locale",
            appVersion: "appVersion")
        for spelling in [field, field.lowercased(), field.uppercased()] {
            #expect(try Self.found(spelling, user, candidates: [field]) == field)
        }
    }

    @Test("The places are tried in order: well-known, custom, global, private")
    func order() throws {
        let names = ["known", "custom", "global", "private"]
        var user = User(email: "known", custom: ["email": "custom"], privateAttributes: ["email": "private"])
        let global: Object = ["email": "global"]
        #expect(try Self.found("email", user, global: global, candidates: names) == "known")
        user.email = nil
        #expect(try Self.found("email", user, global: global, candidates: names) == "custom")
        user.custom = [:]
        #expect(try Self.found("email", user, global: global, candidates: names) == "global")
        #expect(try Self.found("email", user, candidates: names) == "private")
    }

    @Test("An empty well-known field gives way to a custom one", arguments: ["", .null, ["a": 1]] as [Value])
    func emptyWellKnown(_ value: Value) throws {
        var user = User(custom: ["country": "custom"])
        user[.country] = value
        #expect(try Self.found("country", user, candidates: ["", "custom"]) == "custom")
    }

    @Test("A custom field that is null or empty hides the places behind it", arguments: [.null, ""] as [Value])
    func maskedByCustom(_ value: Value) throws {
        let user = User(custom: ["plan": value], privateAttributes: ["plan": "private"])
        #expect(try Self.found("plan", user, global: ["plan": "global"], candidates: ["private", "global"]) == nil)
    }

    @Test(
        "Of custom fields the exact name comes first, then the lower-case one, and no other",
        arguments: [
            (["Plan": "exact", "plan": "lower"], "exact"), (["plan": "lower", "PLAN": "upper"], "lower"),
            (["PLAN": "upper"], nil), (["pLAN": "other"], nil),
        ] as [(Object, String?)])
    func customCase(_ custom: Object, _ expected: String?) throws {
        #expect(
            try Self.found("Plan", User(custom: custom), candidates: ["exact", "lower", "upper", "other"]) == expected)
        #expect(
            try Self.found("Plan", User(privateAttributes: custom), candidates: ["exact", "lower", "upper", "other"])
                == expected)
        #expect(
            try Self.found("Plan", User(), global: custom, candidates: ["exact", "lower", "upper", "other"])
                == expected)
    }

    @Test("The exact name in one place comes before the lower-case name in the next")
    func placeBeforeCase() throws {
        let user = User(custom: ["plan": "custom"], privateAttributes: ["Plan": "private"])
        #expect(try Self.found("Plan", user, candidates: ["custom", "private"]) == "custom")
    }

    @Test(
        "Names with an underscore stand for three fields, after all other places",
        arguments: ["user_id", "USER_ID", "app_version", "user_agent"])
    func aliases(_ field: String) throws {
        var user = User(userID: "known", userAgent: "known", appVersion: "known")
        #expect(try Self.found(field, user, candidates: ["known", "custom"]) == "known")
        user.setCustom("custom", for: field.lowercased())
        #expect(try Self.found(field, user, candidates: ["known", "custom"]) == "custom")
    }

    @Test("An alias finds an empty field too")
    func emptyAlias() throws {
        let user = User(userID: "")
        let ruleset = try Project(gate: Rule("rule", .field("user_id", "eq", ""))).ruleset()
        #expect(ruleset.passes(user))
        #expect(!ruleset.passes(User()))
    }

    @Test("Custom IDs are no fields", arguments: ["stableID", "companyID"])
    func customIDs(_ field: String) throws {
        #expect(try Self.found(field, User(customIDs: [field: "id"]), candidates: ["id"]) == nil)
    }

    @Test("Names are compared byte for byte")
    func bytes() throws {
        #expect(try Self.found("\u{E9}", User(custom: ["e\u{301}": "x"]), candidates: ["x"]) == nil)
        #expect(try Self.found("\u{E9}", User(custom: ["\u{E9}": "x"]), candidates: ["x"]) == "x")
        let both = User(custom: ["e\u{301}": "two", "\u{E9}": "one"])
        #expect(try Self.found("\u{E9}", both, candidates: ["one", "two"]) == "one")
        #expect(try Self.found("e\u{301}", both, candidates: ["one", "two"]) == "two")
    }

    @Test(
        "A unit is the user id, or a custom ID by its exact or lower-case name",
        arguments: [
            ("userID", "user"), ("USERID", "user"), ("userid", "user"), ("stableID", "stable"), ("STABLEID", "lower"),
            ("companyID", nil), ("StableId", "lower"), ("", nil),
        ] as [(String, String?)])
    func units(_ idType: String, _ expected: String?) throws {
        let user = User(
            userID: "user", customIDs: ["userID": "no", "userid": "no", "stableID": "stable", "stableid": "lower"])
        let candidates = ["user", "no", "stable", "lower"]
        let found = try candidates.first { candidate in
            let rule = Rule("rule", .unit(idType, "any_case_sensitive", [.string(candidate)]))
            return try Project(gate: rule).ruleset().passes(user)
        }
        #expect(found == expected)
    }

    @Test("User agent and address may be custom fields")
    func derivedFromCustomFields() throws {
        let agent: Value = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/132.0"
        var project = Project(
            gate: Rule("rule", Condition(type: "ua_based", operator: "any", target: ["Firefox"], field: "browser_name"))
        )
        project.gate(
            "country", Rule("rule", Condition(type: "ip_based", operator: "any", target: ["US"], field: "country")))
        let ruleset = try project.ruleset()
        for name in ["userAgent", "useragent"] { #expect(ruleset.passes(User(custom: [name: agent]))) }
        #expect(ruleset.passes(User(privateAttributes: ["userAgent": agent])))
        #expect(!ruleset.passes(User(custom: ["user_agent": agent])))
        #expect(ruleset.checkGate("country", for: User(custom: ["ip": "8.8.8.8"]), in: .plain))
        #expect(ruleset.checkGate("country", for: User(ip: "8.8.8.8"), in: .plain))
        #expect(!ruleset.checkGate("country", for: User(ip: "8.8.8.8", country: "DE"), in: .plain))
        #expect(!ruleset.checkGate("country", for: User(ip: "8.8.8.8", custom: ["country": .null]), in: .plain))
    }

    @Test("Only the field country, spelled so, is derived from an address", arguments: ["Country", "COUNTRY", "ip"])
    func countryField(_ field: String) throws {
        let condition = Condition(type: "ip_based", operator: "any", target: ["US"], field: field)
        #expect(try !Project(gate: Rule("rule", condition)).ruleset().passes(User(ip: "8.8.8.8")))
    }

    @Test("Without a country lookup there is no value, and the reason says so")
    func noCountryLookup() throws {
        let condition = Condition(type: "ip_based", operator: "none", target: ["US"], field: "country")
        let ruleset = try Project(gate: Rule("rule", condition)).ruleset()
        let context = EvaluationContext(clock: { 0 }, countryLookup: nil)
        let result = ruleset.gate("gate", for: User(ip: "8.8.8.8"), in: context)
        #expect(result.value)
        #expect(result.reason == .countryLookupNotLoaded)
        #expect(result.reason.description(source: "Network") == "CountryLookupNotLoaded:Recognized")
    }

    @Test(
        "Parts of a user agent are found in any case, with and without underscore",
        arguments: ["os_name", "osName", "OS_NAME", "os_version", "browserversion", "browser_name", "browserName"])
    func userAgentParts(_ field: String) throws {
        let user = User(userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/132.0")
        let values: Value = ["Windows", "10", "Firefox", "132.0"]
        let condition = Condition(type: "ua_based", operator: "any", target: values, field: field)
        #expect(try Project(gate: Rule("rule", condition)).ruleset().passes(user))
        // As a user field there is no such thing.
        #expect(try !Project(gate: Rule("rule", .field(field, "any", values))).ruleset().passes(user))
    }
}

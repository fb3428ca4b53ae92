// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseSpec
import GatehouseTesting
import Testing

@Suite("A project written in Swift")
struct TestProjectTests {
    /// Whether a gate with one rule of these conditions lets a user pass.
    private func passes(
        _ user: User, _ condition: TestCondition, environment: String? = nil, at time: Int64 = 0
    ) throws -> Bool {
        let options = ClientOptions.offline(environment: environment, time: VirtualTime(wallTime: time))
        return try GatehouseClient.offline(options: options) {
            TestSegment("testers", .when(.userID("tester")))
            TestGate("for_testers", .when(.inSegment("testers")))
            TestExperiment("half", .group("one", 100))
            TestGate("gate", .when(condition))
        }.checkGate("gate", for: user)
    }

    @Test("Documents are decoded without a remark, and the same every time")
    func document() throws {
        let bytes = Shop.project.document()
        let document = try Ruleset(document: bytes)
        #expect(document.documentFormat == .v2)
        #expect(document.issues.isEmpty)
        #expect(
            document.gateNames.sorted() == [
                "beta", "company_beta", "empty", "grown_up", "held", "new_checkout", "old_checkout", "preview", "q3",
                "segment:inline_targeting:onboarding", "segment:testers", "staff",
            ])
        #expect(
            document.configNames == [
                "pricing", "limits", "button", "onboarding", "later", "home_color", "home_size",
            ])
        #expect(
            document.configNames.prefix(3).map { document.entity(ofConfig: $0) } == [
                "dynamic_config", "dynamic_config", "experiment",
            ])
        #expect(document.layerNames == ["home"])
        #expect(document.parameterStoreNames.map(\.store) == ["theme"])
        #expect(Shop.project.document() == bytes)
        let metadata = try Ruleset(document: Shop.project.document(time: 17)).metadata
        #expect(metadata.time == 17)
    }

    @Test(
        "Whatever numbers are given, documents are decoded without a remark",
        arguments: [0, -0.0, -1, 100, 101, 33.333, .nan, .infinity, -.infinity, .leastNonzeroMagnitude])
    func numbers(_ number: Double) throws {
        let project = TestProject {
            TestGate("gate", percentage: number)
            TestHoldout("holdout", percentage: number)
            TestConfig("config", [:], .everyone(percentage: number))
            TestExperiment("one", .group("a", number), .group("b", number), allocation: number)
            TestLayer("layer", ["x": 1], TestExperiment("two", .group("c", number, ["x": 2]), allocation: number))
        }
        #expect(try Ruleset(document: project.document()).issues.isEmpty)
    }

    @Test("An entity takes the place of an earlier one of the same kind and name")
    func replacing() throws {
        var project = TestProject {
            TestGate("gate", on: false)
            TestConfig("gate", ["a": 1])
        }
        project.set { TestGate("gate", on: true) }
        let client = try GatehouseClient.offline(project)
        #expect(client.checkGate("gate", for: User()))
        #expect(client.dynamicConfig("gate", for: User()).value == ["a": 1])
    }

    @Test("Branches and loops add what they say", arguments: [true, false])
    func builder(_ flag: Bool) throws {
        let client = try GatehouseClient.offline {
            if flag { TestGate("if", on: true) }
            if flag { TestGate("first", on: true) } else { TestGate("second", on: true) }
            for name in ["a", "b"] { TestGate(name, on: true) }
        }
        let names = ["if", "first", "second", "a", "b"].filter { client.checkGate($0, for: User()) }
        #expect(names == (flag ? ["if", "first", "a", "b"] : ["second", "a", "b"]))
    }

    @Test("Gates answer by their rules")
    func gates() throws {
        let client = try GatehouseClient.offline(Shop.project, options: .offline(environment: "staging"))
        let user = User(userID: "u")
        #expect(client.checkGate("new_checkout", for: user))
        #expect(!client.checkGate("old_checkout", for: user))
        #expect(!client.checkGate("empty", for: user))
        #expect(client.gate("empty", for: user).ruleID == "default")
        #expect(client.checkGate("preview", for: User(userID: "A-User")))
        #expect(!client.checkGate("preview", for: user))
        #expect(client.checkGate("staff", for: User(email: "me@EXAMPLE.com")))
        #expect(client.gate("staff", for: User(userID: "u", custom: ["plan": "qa"])).ruleID == "half")
        #expect(client.checkGate("grown_up", for: User(custom: ["age": 18])))
        #expect(!client.checkGate("grown_up", for: User(custom: ["age": 18, "plan": "qa"])))
        #expect(!client.checkGate("grown_up", for: user))
        let production = try GatehouseClient.offline(Shop.project)
        #expect(!production.checkGate("staff", for: User(email: "me@example.com")))
    }

    @Test("The first rule whose conditions are met decides, also with an empty share")
    func firstRule() throws {
        let client = try GatehouseClient.offline {
            TestGate("gate", .when(.userID("blocked"), percentage: 0, id: "blocked"), .everyone())
        }
        #expect(client.gate("gate", for: User(userID: "blocked")).ruleID == "blocked")
        #expect(!client.checkGate("gate", for: User(userID: "blocked")))
        #expect(client.checkGate("gate", for: User(userID: "other")))
        #expect(client.gate("gate", for: User(userID: "other")).ruleID == "rule_2")
    }

    static let conditionCases: [(TestCondition, User, User)] = [
        (.userID("a", "b"), User(userID: "B"), User(userID: "c")),
        (.customID("companyID", "c-1"), User(customIDs: ["companyID": "c-1"]), User(userID: "c-1")),
        (.email("a@x.org"), User(email: "A@x.org"), User(email: "b@x.org")),
        (.email(endsWith: "@x.org", "@y.org"), User(email: "b@y.org"), User(email: "b@z.org")),
        (.country("DE", "AT"), User(country: "AT"), User(country: "CH")),
        (.field("locale", .startsWith("de")), User(locale: "de_AT"), User(locale: "en_DE")),
        (.field("plan", .equal(to: "pro")), User(custom: ["plan": "pro"]), User(custom: ["plan": "Pro"])),
        (.field("plan", .notEqual(to: "pro")), User(), User(custom: ["plan": "pro"])),
        (.field("plan", .missing), User(), User(custom: ["plan": "pro"])),
        (.field("plan", .any(of: "a", 5)), User(custom: ["plan": 5]), User(custom: ["plan": 6])),
        (.field("plan", .none(of: "a", "b")), User(custom: ["plan": "c"]), User(custom: ["plan": "B"])),
        (.field("plan", .contains("ro")), User(custom: ["plan": "PRO"]), User(custom: ["plan": "free"])),
        (.field("plan", .endsWith("o")), User(custom: ["plan": "pro"]), User(custom: ["plan": "free"])),
        (.field("plan", .matches("^p.o$")), User(custom: ["plan": "pro"]), User(custom: ["plan": "pros"])),
        (.field("age", .greater(than: 18)), User(custom: ["age": 19]), User(custom: ["age": 18])),
        (.field("age", .atLeast(18)), User(custom: ["age": 18]), User(custom: ["age": 17])),
        (.field("age", .less(than: 18)), User(custom: ["age": 17]), User(custom: ["age": 18])),
        (.field("age", .atMost(18)), User(custom: ["age": 18]), User(custom: ["age": 19])),
        (.field("appVersion", .version(after: "1.9")), User(appVersion: "1.10"), User(appVersion: "1.9")),
        (.field("appVersion", .version(atLeast: "1.9")), User(appVersion: "1.9"), User(appVersion: "1.8")),
        (.field("appVersion", .version(before: "1.10")), User(appVersion: "1.9"), User(appVersion: "1.10")),
        (.field("appVersion", .version(atMost: "1.10")), User(appVersion: "1.10"), User(appVersion: "1.11")),
        (
            .field("born", .before(20_000_000_000)), User(custom: ["born": 19_999_999_999]),
            User(custom: ["born": 20_000_000_000])
        ),
        (
            .field("born", .after(20_000_000_000)), User(custom: ["born": 20_000_000_001]),
            User(custom: ["born": 20_000_000_000])
        ),
        (
            .field("born", .on(86_400_000_000)), User(custom: ["born": 86_400_000_001]),
            User(custom: ["born": 86_399_999_999])
        ),
        (
            .field("tags", .array(containsAny: "a", "b")), User(custom: ["tags": ["b", "c"]]),
            User(custom: ["tags": ["c"]])
        ),
        (
            .field("tags", .array(containsAll: "a", "b")), User(custom: ["tags": ["b", "a"]]),
            User(custom: ["tags": ["b"]])
        ),
        (.field("tags", .array(containsNone: "a", "b")), User(custom: ["tags": ["c"]]), User(custom: ["tags": ["a"]])),
        (
            .userAgent("os_name", .any(of: "Android")), User(userAgent: "Mozilla/5.0 (Linux; Android 14; Pixel 8)"),
            User(userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)")
        ),
        (.environment("staging"), User(environment: ["tier": "staging"]), User(environment: ["tier": "production"])),
        (.passes("for_testers"), User(userID: "tester"), User(userID: "other")),
        (.fails("for_testers"), User(userID: "other"), User(userID: "tester")),
        (.inSegment("testers"), User(userID: "tester"), User(userID: "other")),
        (.notInSegment("testers"), User(userID: "other"), User(userID: "tester")),
        (
            TestCondition(type: "user_field", field: "plan", TestComparison("any", ["x"])), User(custom: ["plan": "x"]),
            User()
        ),
    ]

    @Test("Conditions tell users apart", arguments: conditionCases.indices)
    func conditions(_ index: Int) throws {
        let (condition, one, other) = Self.conditionCases[index]
        #expect(try passes(one, condition))
        #expect(try !passes(other, condition))
    }

    @Test("Some conditions are met by everybody, or tell something else apart than users")
    func otherConditions() throws {
        #expect(try passes(User(), .everyone))
        #expect(try passes(User(), .environment("staging"), environment: "staging"))
        #expect(try !passes(User(), .environment("staging")))
        #expect(try passes(User(), .time(.after(20_000_000_000)), at: 20_000_000_001))
        #expect(try !passes(User(), .time(.after(20_000_000_000)), at: 20_000_000_000))
        #expect(try passes(User(userID: "u"), .inGroup("one", "two", of: "half")))
        #expect(try !passes(User(userID: "u"), .inGroup("two", of: "half")))
    }

    @Test("Configs return what their rules do")
    func configs() throws {
        let client = try GatehouseClient.offline {
            TestConfig(
                "pricing", ["price": 9.99], .when(.country("US"), returns: ["price": 10.99]),
                .when(.country("CH"), percentage: 0, returns: ["price": 1]), .when(.country("AT")))
        }
        func price(_ country: String) -> Double {
            client.dynamicConfig("pricing", for: User(country: country))["price", default: 0]
        }
        #expect(price("US") == 10.99)
        #expect(price("CH") == 9.99)
        #expect(price("AT") == 9.99)
        #expect(price("DE") == 9.99)
        #expect(client.dynamicConfig("pricing", for: User(country: "DE")).ruleID == "default")
    }

    @Test("Parameter stores get values from everywhere")
    func parameterStores() throws {
        let client = try GatehouseClient.offline(Shop.project)
        for user in Shop.users(20) {
            let store = client.parameterStore("theme", for: user)
            #expect(store["title", default: ""] == "Hello")
            #expect(store["fast", default: false])
            let price = client.dynamicConfig("pricing", for: user)["price", default: 0.0]
            #expect(price > 8 && store["price", default: 0.0] == price)
            let color = client.experiment("button", for: user)["color", default: ""]
            #expect(color != "" && store["color", default: ""] == color)
            let size = client.layer("home", for: user)["size", default: 0]
            #expect(size > 0 && store["size", default: 0] == size)
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The code of the page "Test your service offline" that isn't in Examples/Service: scripts/check-snippets compares them.

import GatehouseTesting
import Testing

/// A service such as the page has.
private struct Checkout: Sendable {
    struct Page {
        var isNew: Bool
        var button: String
    }

    let client: GatehouseClient

    func page(for user: User) -> Page {
        let flags = client.scope(for: user)
        guard flags.checkGate("new_checkout") else { return Page(isNew: false, button: "Buy") }
        let isBlue = flags.experiment("button")["color", default: "grey"] == "blue"
        return Page(isNew: true, button: isBlue ? "Get it" : "Buy")
    }

    func isNew(for user: User) -> Bool { page(for: user).isNew }
}

@Suite("The page about tests without a network")
struct OfflinePageTests {
    @Test func newCheckoutIsForStaff() throws {
        let client = try GatehouseClient.offline {
            TestGate("new_checkout", .when(.email(endsWith: "@example.com")))
        }
        let service = Checkout(client: client)
        #expect(service.page(for: User(userID: "u", email: "me@example.com")).isNew)
        #expect(!service.page(for: User(userID: "u")).isNew)
    }

    @Test func checkoutForStaff() throws {
        let client = try GatehouseClient.offline {
            TestGate("new_checkout", .when(.email(endsWith: "@example.com")))
        }
        let service = Checkout(client: client)
        #expect(service.isNew(for: User(userID: "u", email: "me@example.com")))
    }

    @Test func percentages() throws {
        let project = TestProject {
            TestGate("new_checkout", on: true)
            TestGate("beta", percentage: 20)
            TestGate("preview", for: "a-user", "another-user")
            TestGate(
                "staff", .when(.email(endsWith: "@example.com"), .environment("staging")),
                .when(.inSegment("testers"), percentage: 50))
            TestSegment("testers", .when(.field("plan", .any(of: "test", "qa"))))

            TestConfig("pricing", ["price": 9.99], .when(.country("US"), returns: ["price": 10.99]))

            TestExperiment(
                "button", .group("control", 50, ["color": "grey"]), .group("blue", 50, ["color": "blue"]),
                allocation: 80, for: [.country("DE", "AT")])

            TestLayer(
                "home", ["color": "grey", "size": 1],
                TestExperiment(
                    "home_color", .group("control", 50), .group("blue", 50, ["color": "blue"]), allocation: 40),
                TestExperiment("home_size", .group("large", 100, ["size": 2]), allocation: 60))

            TestParameterStore(
                "theme", ["color": .layer("home", "color"), "dark": .gate("beta", pass: true, fail: false)])
        }
        let client = try GatehouseClient.offline(project)
        #expect(client.status.issueCount == 0)
        let users = (0..<1_000).map { User(userID: "user-\($0)") }
        #expect((160...240).contains(users.count { client.checkGate("beta", for: $0) }))
    }

    private let client: GatehouseClient
    private let service: Checkout
    private let user = User(userID: "a-user")

    init() throws {
        client = try GatehouseClient.offline {
            TestGate("new_checkout", on: true)
            TestExperiment(
                "button", .group("control", 50, ["color": "grey"]), .group("blue", 50, ["color": "blue"]))
        }
        service = Checkout(client: client)
    }

    @Test(arguments: [("control", "Buy"), ("blue", "Get it")])
    func eachGroupHasItsButton(group: String, text: String) {
        withOverrides {
            $0.setGate("new_checkout", to: true)
            $0.setExperiment("button", to: .group(group))
        } operation: {
            #expect(service.page(for: user).button == text)
        }
    }

    @Test func exposures() async throws {
        _ = service.page(for: User(userID: "a-user"))
        let exposures = await client.recordedExposures()
        #expect(exposures.map(\.name) == ["new_checkout", "button"])
        #expect(exposures.map(\.userID) == ["a-user", "a-user"])
        try client.requireNoUsageProblems()
    }

    @Test func problems() throws {
        var options = ClientOptions.offline()
        options.usageProblemHandler = { Issue.record("\($0)") }
        try withKnownIssue {
            let client = try GatehouseClient.offline(options: options) { TestGate("new_checkout", on: true) }
            _ = client.checkGate("new_chekout", for: user)
        }
    }

    /// Only compiled, since the path is relative to the folder of a package.
    private func document() throws {
        let client = try GatehouseClient.offline(file: "Fixtures/specs.json")
        #expect(client.status.issueCount == 0)
    }

    @Test func time() async throws {
        let time = VirtualTime(wallTime: 1_783_000_000_000)
        let client = try GatehouseClient.offline(options: .offline(time: time)) {
            TestGate("sale", .when(.time(.after(1_783_000_060_000))))
        }
        #expect(!client.checkGate("sale", for: user))
        await time.advance(by: .seconds(61))
        #expect(client.checkGate("sale", for: user))
    }

    @Test func server() async throws {
        let project = TestProject { TestGate("new_checkout", on: false) }
        let changedProject = TestProject { TestGate("new_checkout", on: true) }
        try await LoopbackServer.run(project) { server in
            let client = GatehouseClient(key: server.key, options: server.options())
            await client.start()

            server.serve(changedProject)
            await client.refresh()
            #expect(client.checkGate("new_checkout", for: user))

            server.fail(with: 503)
            #expect(await client.refresh().problems.map(\.code) == [.refused])
            await client.shutdown()
        }
    }
}

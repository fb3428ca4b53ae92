// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseTesting
import Testing

@testable import SampleService

/// What the service's team would write: each test has a client of its own, from a project in Swift.
@Suite("The home page")
struct StorefrontTests {
    private static let opening: Int64 = 1_783_000_000_000

    private static let project = TestProject {
        TestGate(
            "new_home", .when(.email(endsWith: "@shop.example")), .when(.time(.after(opening)), percentage: 50))
        TestLayer(
            "shop", ["color": "grey", "size": 1],
            TestExperiment(
                "color_test", .group("Control", 50), .group("Blue", 50, ["color": "blue"]), allocation: 60),
            TestExperiment("size_test", .group("Large", 100, ["size": 2]), allocation: 40))
        TestExperiment("btn_test", .group("Control", 50, ["t": "Buy"]), .group("Test", 50, ["t": "Get it"]))
    }

    private let time = VirtualTime(wallTime: opening + 1)
    private let client: GatehouseClient
    private let storefront: Storefront

    init() throws {
        client = try GatehouseClient.offline(Self.project, options: .offline(time: time))
        storefront = Storefront(client: client)
    }

    private let users = (0..<1_000).map { User(userID: "user-\($0)") }

    @Test("Staff see the new one before it opens, everybody else sees it later")
    func opening() async {
        time.setWallTime(Self.opening - 3_600_000)
        #expect(storefront.page(for: User(userID: "u", email: "me@shop.example")).isNew)
        #expect(!users.contains { storefront.page(for: $0).isNew })
        await time.advance(by: .seconds(3_601))
        #expect(users.contains { storefront.page(for: $0).isNew })
    }

    @Test("Half of the users see the new one")
    func percentage() {
        let count = users.count { storefront.page(for: $0).isNew }
        #expect((430...570).contains(count))
    }

    @Test("The others see the old one, whatever experiments they are in")
    func old() throws {
        let page = Storefront.Page(isNew: false, color: "grey", size: 1, button: "Buy")
        for user in users where !client.checkGate("new_home", for: user) {
            #expect(storefront.page(for: user) == page)
        }
    }

    @Test("Color and size are never changed for the same user", .overridden { $0.setGate("new_home", to: true) })
    func layer() {
        let pages = users.map { storefront.page(for: $0) }
        #expect(Set(pages.map { "\($0.color) \($0.size)" }) == ["grey 1", "blue 1", "grey 2"])
        #expect((230...370).contains(pages.count { $0.color == "blue" }))
        #expect((330...470).contains(pages.count { $0.size == 2 }))
    }

    @Test("Each group has its button", arguments: [("Control", "Buy"), ("Test", "Get it")])
    func button(_ group: String, _ text: String) {
        withOverrides {
            $0.setGate("new_home", to: true)
            $0.setExperiment("btn_test", to: .group(group))
        } operation: {
            #expect(storefront.page(for: User(userID: "a-user")).button == text)
        }
    }

    /// One client for all cases, which run in parallel.
    private static let shared = Result { try GatehouseClient.offline(project) }

    @Test("Tests that run at the same time don't see each other's answers", arguments: 0..<50)
    func parallel(_ size: Int) async throws {
        let storefront = Storefront(client: try Self.shared.get())
        await withOverrides {
            $0.setGate("new_home", to: true)
            $0.setLayer("shop", to: ["color": "red", "size": .integer(Int64(size))])
        } operation: {
            for user in users.prefix(20) {
                #expect(storefront.page(for: user).size == size)
                await Task.yield()
            }
        }
    }

    @Test("Who sees the new one is counted in the experiments that it shows, once")
    func exposures() async {
        await withOverrides {
            $0.setGate("new_home", to: true)
        } operation: {
            for _ in 0..<2 { _ = storefront.page(for: User(userID: "a-user")) }
            let exposures = await client.recordedExposures()
            #expect(exposures.map(\.name) == ["new_home", "shop", "shop", "btn_test"])
            #expect(exposures.map(\.parameter) == [nil, "color", "size", nil])
            #expect(exposures.allSatisfy { $0.userID == "a-user" })
        }
    }

    @Test("Who sees the old one isn't")
    func noExposures() async {
        withOverrides {
            $0.setGate("new_home", to: false)
        } operation: {
            _ = storefront.page(for: User(userID: "a-user"))
        }
        #expect(await client.recordedExposures().map(\.name) == ["new_home"])
    }

    @Test("Without a document there is the old one")
    func nothing() {
        let storefront = Storefront(client: GatehouseClient(key: SDKKey("secret-test"), options: .offline()))
        #expect(!storefront.page(for: User(userID: "a-user")).isNew)
    }

    @Test("A change of the project is seen without a restart, and an outage isn't seen at all")
    func server() async throws {
        try await LoopbackServer.run(TestProject { TestGate("new_home", on: false) }) { server in
            let client = GatehouseClient(key: server.key, options: server.options(time: time))
            let storefront = Storefront(client: client)
            await client.start()
            #expect(!storefront.page(for: User(userID: "a-user")).isNew)
            server.serve(TestProject { TestGate("new_home", on: true) })
            await client.refresh()
            #expect(storefront.page(for: User(userID: "a-user")).isNew)
            await server.stop()
            #expect(storefront.page(for: User(userID: "a-user")).isNew)
            await client.shutdown()
        }
    }
}

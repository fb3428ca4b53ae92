// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseTesting
import Testing

/// What share of users gets what.
///
/// Users and salts are fixed, so a run that passes once always passes.
@Suite("Shares")
struct ShareTests {
    private static let users = Shop.users(10_000)

    /// Four standard deviations of a share of that many users.
    private func isClose(_ count: Int, to percentage: Double, of total: Int = users.count) -> Bool {
        let share = percentage / 100
        let deviation = (Double(total) * share * (1 - share)).squareRoot()
        return abs(Double(count) - Double(total) * share) <= 4 * deviation
    }

    private func count(_ condition: (User) -> Bool) -> Int { ShareTests.users.count(where: condition) }

    @Test(
        "Gates let their percentage pass",
        arguments: [0, 0.5, 1, 10, 33.3, 50, 75, 99.5, 100] as [Double], ["userID", "companyID"])
    func gates(_ percentage: Double, _ idType: String) throws {
        let client = try GatehouseClient.offline {
            TestGate("gate-\(percentage)", percentage: percentage, idType: idType)
        }
        #expect(isClose(count { client.checkGate("gate-\(percentage)", for: $0) }, to: percentage))
    }

    @Test("A larger percentage keeps those who pass")
    func growing() throws {
        let client = try GatehouseClient.offline { TestGate("gate", percentage: 20) }
        let before = ShareTests.users.filter { client.checkGate("gate", for: $0) }
        try client.replaceDocument(with: TestProject { TestGate("gate", percentage: 40) })
        #expect(before.allSatisfy { client.checkGate("gate", for: $0) })
        #expect(count { client.checkGate("gate", for: $0) } > before.count)
    }

    @Test("Gates of the same percentage let different users pass")
    func independence() throws {
        let client = try GatehouseClient.offline {
            TestGate("one", percentage: 50)
            TestGate("two", percentage: 50)
            TestExperiment("one", .group("a", 50), .group("b", 50))
            TestExperiment("two", .group("a", 50), .group("b", 50))
        }
        #expect(isClose(count { client.checkGate("one", for: $0) && client.checkGate("two", for: $0) }, to: 25))
        let inBoth = count { user in
            client.experiment("one", for: user).groupName == "a" && client.experiment("two", for: user).groupName == "a"
        }
        #expect(isClose(inBoth, to: 25))
    }

    @Test(
        "Groups of experiments are as large as they are said to be",
        arguments: [[50, 50], [10, 20, 70], [33.3, 33.3, 33.4], [5, 15], [100], [0, 100]] as [[Double]],
        [100, 60, 0] as [Double])
    func groups(_ sizes: [Double], _ allocation: Double) throws {
        // As many groups as there may be, since they are variadic.
        func size(_ place: Int) -> Double { place < sizes.count ? sizes[place] : 0 }
        let client = try GatehouseClient.offline {
            TestExperiment(
                "experiment", .group("0", size(0), ["group": 0]), .group("1", size(1), ["group": 1]),
                .group("2", size(2), ["group": 2]), defaults: ["group": -1], allocation: allocation)
        }
        var counts: [String: Int] = [:]
        for user in ShareTests.users {
            let result = client.experiment("experiment", for: user)
            #expect(result["group", default: -2] == result.groupName.flatMap { Int($0) } ?? -1)
            #expect(result.isUserInExperiment == (result.groupName != nil))
            counts[result.groupName ?? "none", default: 0] += 1
        }
        for (place, size) in sizes.enumerated() {
            #expect(isClose(counts["\(place)"] ?? 0, to: size * allocation / 100))
        }
    }

    @Test("Only those who are targeted take part in an experiment")
    func targeting() throws {
        let client = try GatehouseClient.offline(Shop.project)
        let groups = Shop.users(1_000).map { client.experiment("onboarding", for: $0).groupName }
        #expect(isClose(groups.count { $0 != nil }, to: 60, of: 1_000))
        let elsewhere = client.experiment("onboarding", for: User(userID: "user-1", country: "US"))
        #expect(elsewhere.groupName == nil && elsewhere.value == [:])
        let later = client.experiment("later", for: User(userID: "user-1"))
        #expect(!later.isActive && later.groupName == nil && later.ruleID == "prestart")
    }

    @Test("A layer shares its users among its experiments")
    func layers() throws {
        let client = try GatehouseClient.offline(Shop.project)
        var counts: [String: Int] = [:]
        for user in ShareTests.users {
            let result = client.unloggedSnapshot.layer("home", for: user)
            let experiment = result.allocatedExperiment ?? "none"
            counts["\(experiment) \(result.groupName ?? "")", default: 0] += 1
            #expect(result["title", default: ""] == "Home")
            #expect((result["color", default: ""] == "blue") == (result.groupName == "blue"))
            #expect((result["size", default: 0] == 2) == (result.groupName == "large"))
            // Asking for the experiment itself gives the same.
            for name in ["home_color", "home_size"] {
                let own = client.experiment(name, for: user)
                #expect(own.isInLayer && own.groupName == (name == experiment ? result.groupName : nil))
            }
        }
        #expect(Set(counts.keys) == ["home_color control", "home_color blue", "home_size large", "none "])
        #expect(isClose(counts["home_color control"] ?? 0, to: 20))
        #expect(isClose(counts["home_color blue"] ?? 0, to: 20))
        #expect(isClose(counts["home_size large"] ?? 0, to: 30))
        #expect(isClose(counts["none "] ?? 0, to: 30))
        #expect(client.unloggedSnapshot.layer("home", for: ShareTests.users[0]).explicitParameters.count <= 1)
    }

    @Test("A layer has no more than all users to share")
    func fullLayer() throws {
        let client = try GatehouseClient.offline {
            TestLayer(
                "layer", ["x": 0], TestExperiment("one", .group("a", 100, ["x": 1]), allocation: 70),
                TestExperiment("two", .group("b", 100, ["x": 2]), allocation: 70),
                TestExperiment("three", .group("c", 100, ["x": 3]), allocation: 70))
        }
        let values = ShareTests.users.map { client.layer("layer", for: $0)["x", default: -1] }
        #expect(isClose(values.count { $0 == 1 }, to: 70))
        #expect(isClose(values.count { $0 == 2 }, to: 30))
        #expect(!values.contains(3) && !values.contains(0))
    }

    @Test("Those in a holdout get nothing")
    func holdouts() throws {
        let client = try GatehouseClient.offline {
            TestHoldout("q3", percentage: 10)
            TestGate("gate", on: true).heldOut(by: "q3")
            TestConfig("config", ["x": 0], .everyone(returns: ["x": 1])).heldOut(by: "q3")
            TestExperiment("experiment", .group("a", 100, ["x": 1]), defaults: ["x": 0]).heldOut(by: "q3")
            TestLayer("layer", ["x": 0], TestExperiment("inner", .group("a", 100, ["x": 1]))).heldOut(by: "q3")
        }
        #expect(isClose(count { client.checkGate("q3", for: $0) }, to: 10))
        for user in ShareTests.users {
            let expected = client.checkGate("q3", for: user) ? 0 : 1
            #expect(client.checkGate("gate", for: user) == (expected == 1))
            #expect(client.dynamicConfig("config", for: user)["x", default: -1] == expected)
            #expect(client.experiment("experiment", for: user)["x", default: -1] == expected)
            #expect(client.layer("layer", for: user)["x", default: -1] == expected)
            #expect(client.experiment("inner", for: user)["x", default: -1] == expected)
        }
    }
}

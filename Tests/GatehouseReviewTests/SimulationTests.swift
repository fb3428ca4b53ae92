// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport
import Testing

/// How a population is shared out, against what percentages promise.
@Suite struct SimulationTests {
    private static func builder() -> DocumentBuilder {
        var builder = DocumentBuilder()
        builder.gate("g", Rule("r", .field("plan", "any", ["pro"]), percentage: 30))
        builder.gate("denies", Rule("d", percentage: 25, returns: false), default: true)
        builder.gate("company", Rule("c", percentage: 40, idType: "companyID"))
        builder.experiment(
            "e", Rule("a", .bucket("lt", 200, salt: "e"), returns: ["n": 1], group: "A", isGroup: true),
            Rule("b", .bucket("lt", 1000, salt: "e"), returns: ["n": 2], group: "B", isGroup: true))
        builder.layer(
            "l", Rule("x", .bucket("lt", 300, salt: "l"), delegate: "e"),
            Rule("y", .bucket("gte", 600, salt: "l"), delegate: "f"))
        builder.experiment("f", Rule("f1", returns: ["n": 3]))
        return builder
    }

    @Test func sharesAsPromised() throws {
        let ruleset = try Self.builder().ruleset()
        var simulation = Simulation(ruleset, in: .test)
        for index in 0..<20_000 {
            var user = User(userID: "u\(index)", customIDs: ["companyID": .string("c\(index % 5_000)")])
            if index % 2 == 0 { user.custom["plan"] = "pro" }
            simulation.add(user)
        }
        #expect(simulation.users == 20_000)
        #expect(simulation.deviations.isEmpty)
        #expect(simulation.usersWithoutUnit.isEmpty)
        let ratios = simulation.distributions.flatMap { distribution in
            distribution.ratios.map { (name: distribution.entity.name, ratio: $0) }
        }
        #expect(ratios.map(\.name) == ["company", "denies", "g", "e", "l"])
        let units = ratios.map { $0.ratio.parts.reduce(0) { $0 + $1.units } }
        // Each company counts once; of the layer, the buckets of no experiment don't count.
        #expect(units[0] == 5_000 && units[1] == 20_000 && units[2] == 10_000 && units[3] == 20_000)
        #expect((13_500...14_500).contains(units[4]))
        let promised: [[Double]] = [[0.4, 0.6], [0.25, 0.75], [0.3, 0.7], [0.2, 0.8], [3.0 / 7, 4.0 / 7]]
        let shares: [[Double]] = ratios.map { $0.ratio.parts.map(\.share) }
        #expect(shares == promised)
    }

    /// Users that someone has chosen by their bucket deviate.
    @Test func findsADeviation() throws {
        let ruleset = try Self.builder().ruleset()
        var simulation = Simulation(ruleset, in: .test)
        for index in 0..<5_000 {
            let user = User(userID: "u\(index)", customIDs: ["companyID": .string("c\(index)")])
            if ruleset.gate("denies", for: user, in: .test).value || index % 2 == 0 { simulation.add(user) }
        }
        #expect(simulation.deviations.map(\.entity.name) == ["denies"])
        let report = SimulationReport(simulation, file: "spec.json")
        #expect(report.text(.github).hasPrefix("::warning file=spec.json,title=distribution::gate denies"))
        #expect(report.text(.text).contains("deviates from what was promised:"))
        #expect(report.text(.markdown).contains("Deviates"))
        #expect(Value(json: Array(report.text(.json).utf8))?.object?["deviations"]?.array?.count == 1)
    }

    @Test func countsUsersWithoutAUnit() throws {
        var simulation = Simulation(try Self.builder().ruleset(), in: .test)
        for index in 0..<10 { simulation.add(User(userID: "u\(index)")) }
        #expect(simulation.usersWithoutUnit.map(\.idType) == ["companyID"])
        #expect(simulation.usersWithoutUnit.map(\.count) == [10])
    }

    @Test(arguments: Fixture.names(in: "conformance")) func simulatesAnyDocument(_ name: String) throws {
        let ruleset = try Ruleset(document: try Fixture.bytes("conformance/\(name)/spec.json.gz"))
        var simulation = Simulation(ruleset, in: .test)
        var users = SampledUsers(for: [ruleset], seed: 3)
        for _ in 0..<300 { simulation.add(users.next()) }
        for format in ReviewFormat.allCases { _ = SimulationReport(simulation, file: name).text(format) }
        #expect(simulation.deviations.isEmpty, "\(SimulationReport(simulation, file: name).deviationLines)")
    }
}

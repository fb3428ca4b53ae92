// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseTesting
import InMemoryLogging
import Logging
import Metrics
import MetricsTestKit
import Synchronization
import Testing

/// A client tells of calls that most likely mean something else.
@Suite("Usage problems of a client", .serialized)
struct UsageProblemTests {
    private static let project = TestProject {
        TestGate("half", percentage: 50)
        TestConfig("pricing", ["price": 9.99, "tags": ["a"], "address": ["street": "Main", "number": 5]])
        TestExperiment("button", .group("control", 50, ["color": "grey"]), .group("blue", 50, ["color": "blue"]))
    }

    private struct Address: Decodable, Equatable {
        var street: String
        var number: Int
    }

    @Test("A problem is logged once, counted each time, and shown in the status")
    func reports() throws {
        let log = InMemoryLogHandler()
        let metrics = TestMetrics()
        let handled = Mutex<[String]>([])
        var options = ClientOptions.offline()
        options.logger = Logger(label: "test") { _ in log }
        options.usageProblemHandler = { problem in handled.withLock { $0.append("\(problem)") } }
        try withMetricsFactory(metrics) {
            let client = try GatehouseClient.offline(Self.project, options: options)
            let user = User(userID: "u")
            for _ in 0..<3 {
                #expect(client.dynamicConfig("pricing", for: user)["price", default: 10] == 10)
                #expect(!client.checkGate("haf", for: user))
                #expect(!client.scope(for: user).checkGate("haf"))
                _ = client.checkGate("half", for: User())
            }
            let expected = [
                #"dynamic config "pricing": parameter "price" is a number with a fraction, read as Int"#,
                #"the document has no gate "haf""#, #""half" hashes the userID, which a user doesn't have"#,
            ]
            #expect(client.usageProblems.map(\.description) == expected)
            #expect(client.usageProblems.map(\.count) == [3, 6, 3])
            #expect(handled.withLock { $0 } == expected)
            let warnings = log.entries.filter { $0.level == .warning }.map(\.message.description)
            #expect(warnings == expected)
            #expect(client.status.usageProblemCount == 3)
            let json = try JSONEncoder().encode(client.status)
            #expect(String(decoding: json, as: UTF8.self).contains(#""usageProblemCount":3"#))
            let counts = UsageProblem.Code.allCases.map { code in
                metrics.counterTotal(label: "gatehouse_usage_problems", dimensions: [("code", code.rawValue)])
            }
            #expect(counts == [6, 0, 3, 3, 0])
        }
    }

    @Test("The problems outlast the document that they were found in")
    func replacing() throws {
        let client = try GatehouseClient.offline(Self.project)
        _ = client.checkGate("haf", for: User(userID: "u"))
        try client.replaceDocument(with: TestProject { TestGate("other", on: true) })
        _ = client.checkGate("haf", for: User(userID: "u"))
        #expect(client.usageProblems.map(\.count) == [2])
    }

    @Test("A client without a document reports nothing")
    func noDocument() {
        var options = ClientOptions(network: nil)
        options.events = nil
        let client = GatehouseClient(key: SDKKey("secret-test"), options: options)
        #expect(!client.checkGate("half", for: User()))
        #expect(client.dynamicConfig("pricing", for: User())["price", default: 1.0] == 1)
        #expect(client.usageProblems.isEmpty)
    }

    @Test("A test fails on request, and may allow some problems")
    func failing() throws {
        let client = try GatehouseClient.offline(Self.project)
        _ = client.dynamicConfig("pricing", for: User(userID: "u"))["price", default: 1.0]
        try client.requireNoUsageProblems()
        _ = client.checkGate("half", for: User())
        try client.requireNoUsageProblems(allowing: [.missingUnit])
        withOverrides {
            $0.setExperiment("button", to: .group("bleu"))
        } operation: {
            for _ in 0..<2 { #expect(client.experiment("button", for: User(userID: "u")).groupName == nil) }
        }
        let error = #expect(throws: UnexpectedUsageProblems.self) {
            try client.requireNoUsageProblems(allowing: [.missingUnit])
        }
        #expect(error?.description == #"experiment "button" has no group "bleu", which an override names (2 times)"#)
    }

    @Test("A forced group has its name and counts as in the experiment")
    func forcedGroup() throws {
        let client = try GatehouseClient.offline(Self.project)
        withOverrides {
            $0.setExperiment("button", to: .group("blue"))
        } operation: {
            let button = client.experiment("button", for: User(userID: "u"))
            #expect(button.groupName == "blue")
            #expect(button.isUserInExperiment)
            #expect(button.isActive)
            #expect(button["color", default: ""] == "blue")
        }
        try client.requireNoUsageProblems()
    }

    @Test("A kill switch answers its default where there is no gate")
    func defaults() throws {
        let client = try GatehouseClient.offline {
            TestGate("on", on: true)
            TestGate("off", on: false)
        }
        let user = User(userID: "u")
        for fallback in [true, false] {
            #expect(client.checkGate("on", default: fallback, for: user))
            #expect(!client.checkGate("off", default: fallback, for: user))
            #expect(client.checkGate("nowhere", default: fallback, for: user) == fallback)
            #expect(client.scope(for: user).checkGate("nowhere", default: fallback) == fallback)
        }
        #expect(client.usageProblems.map(\.count) == [4])
    }

    @Test("Nested values are decoded, and those that don't fit are reported")
    func decodable() throws {
        let client = try GatehouseClient.offline(Self.project)
        let config = client.dynamicConfig("pricing", for: User(userID: "u"))
        let fallback = Address(street: "", number: 0)
        #expect(config["address", as: Address.self] == Address(street: "Main", number: 5))
        #expect(config["address", default: fallback].number == 5)
        #expect(config["tags", default: ["b"]] == ["a"])
        #expect(config["tags", default: fallback] == fallback)
        #expect(client.usageProblems.map(\.detail) == ["tags"])
        #expect(client.usageProblems.map(\.types) == ["an array, read as Address"])
    }
}

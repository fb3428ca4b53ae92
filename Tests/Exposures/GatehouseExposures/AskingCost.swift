// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseTesting
import Logging

/// Compares the getters of the client with those of a scope: requests that make a user and ask 1, 3 or 10 times for it.
struct AskingCost {
    /// What a request asks; `user` only makes the user.
    enum Way: String {
        case user, client, scope
    }

    private static let ways = [Way.client, .scope]

    private static let questions = [1, 3, 10]

    private let client: GatehouseClient

    /// Makes a client that isn't started, and so has no threads of its own.
    init() throws {
        var options = ClientOptions(network: nil)
        options.events = EventOptions(sink: Subject.Sink(fails: false))
        options.logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        client = GatehouseClient(key: SDKKey("secret-benchmark"), options: options)
        try client.use(TestProject { TestGate(ExposuresProgram.gate, percentage: 50) }.document())
    }

    /// Prints what a question costs in each way.
    func report() {
        for questions in AskingCost.questions {
            var times: [Way: [Int]] = [:]
            // Turn by turn, since a machine has fast minutes and slow ones.
            for turn in 0..<2_000 {
                for way in turn % 2 == 0 ? AskingCost.ways : AskingCost.ways.reversed() {
                    let start = ContinuousClock.now
                    ask(way, requests: 200, questions: questions)
                    let time = (ContinuousClock.now - start) / .nanoseconds(1)
                    times[way, default: []].append(Int(time) / (200 * questions))
                }
            }
            let medians = AskingCost.ways.map { way in
                let sorted = (times[way] ?? []).sorted()
                return "\(way.rawValue) \(sorted[sorted.count / 2]) ns"
            }
            print("\(questions) questions a request, each: \(medians.joined(separator: ", "))")
        }
    }

    /// Asks and returns, for a profiler that counts instructions.
    @inline(never)
    func ask(_ way: Way, requests: Int, questions: Int) {
        var passed = 0
        for _ in 0..<requests {
            switch way {
            case .user:
                withExtendedLifetime(Subject.user("somebody")) {}
            case .client:
                let user = Subject.user("somebody")
                for _ in 0..<questions where client.checkGate(ExposuresProgram.gate, for: user) { passed += 1 }
            case .scope:
                let flags = client.scope(for: Subject.user("somebody"))
                for _ in 0..<questions where flags.checkGate(ExposuresProgram.gate) { passed += 1 }
            }
        }
        precondition(passed <= requests * questions)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers
import Testing

/// Faults of every sort, in an order and for a time that follow from a seed.
///
/// Another task asks the client without a pause meanwhile, so no two of these run at once.
@Suite("Faults by chance", .serialized)
struct ChanceFaultTests {
    @Test("One after the other, each cured within an interval", arguments: Seed.some)
    func sequence(seed: Seed) async throws {
        var random = seed.random
        let faults = ServerFault.allCases.shuffled(using: &random)
        try await Scenario.run(pause: 0) {
            $0.network?.maximumBodyBytes = ServerFault.maximumBodyBytes
        } _: { [random] scenario in
            var random = random
            for (document, fault) in zip(UInt64(1)..., faults) {
                try await fault.inject(into: scenario.server, after: document, &random)
                // A second answer of an older document would bring that back.
                let rounds = fault == .older ? 1 : Int.random(in: 1...2, using: &random)
                try await scenario.stand(fault, rounds: rounds, document: document)
                let cure = Answer.document(document + 1, &random)
                try await scenario.heals(to: document + 1) {
                    scenario.server.respond(with: cure)
                    if fault == .refused { try await scenario.server.restart() }
                }
            }
        }
    }

    @Test("One turning into another, with a cure at the end", arguments: Seed.some)
    func mixture(seed: Seed) async throws {
        var random = seed.random
        let faults = ServerFault.allCases.filter { $0 != .refused && $0.code != nil }.shuffled(using: &random).prefix(8)
        try await Scenario.run(pause: 0) {
            $0.network?.maximumBodyBytes = ServerFault.maximumBodyBytes
        } _: { [random] scenario in
            var random = random
            for (count, fault) in zip(1..., faults) {
                try await fault.inject(into: scenario.server, after: 1, &random)
                try await scenario.round(stall: fault.stalls ? .seconds(10) : nil)
                let status = scenario.client.status
                #expect(status.problems.map(\.code) == [fault.code], "\(fault)")
                #expect(status.consecutiveFailures == count, "\(fault)")
                #expect(status.isStale == (status.age.map { $0 >= Scenario.interval * 6 } == true), "\(fault)")
            }
            #expect(scenario.client.status.isStale)
            let cure = Answer.document(2, &random)
            try await scenario.heals { scenario.server.respond(with: cure) }
        }
    }
}

extension Scenario {
    /// Some rounds with a fault, and what the status has to say about them.
    fileprivate func stand(_ fault: ServerFault, rounds: Int, document: UInt64) async throws {
        for count in 1...rounds {
            let before = time.elapsed()
            try await round(stall: fault.stalls ? .seconds(10) : nil)
            let status = client.status
            #expect(status.documentTime == document, "\(fault)")
            #expect(status.nextAttempt.map { .zero < $0 && $0 <= Scenario.interval } == true, "\(fault): \(status)")
            if let code = fault.code {
                #expect(status.problems.map(\.code) == [code], "\(fault)")
                #expect(status.problems.map(\.part) == [.download], "\(fault)")
                #expect(status.lastError == status.problems.first, "\(fault)")
                #expect(status.consecutiveFailures == count, "\(fault)")
                #expect(status.age.map { $0 >= time.elapsed() - before } == true, "\(fault)")
            } else {
                #expect(status.problems == [], "\(fault)")
                #expect(status.consecutiveFailures == 0, "\(fault)")
                #expect(status.age == .zero, "\(fault)")
            }
        }
    }
}

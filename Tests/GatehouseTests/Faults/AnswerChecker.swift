// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import NIOConcurrencyHelpers

/// A thread that asks a client for a gate again and again, and notes every answer that can't be.
final class AnswerChecker: Sendable {
    private struct State {
        var accepted: Set<UInt64> = []
        var count = 0
        var mistakes: [String] = []
        var isStopped = false
        var hasEnded = true
    }

    private let client: GatehouseClient
    private let pause: UInt32
    private let state = NIOLockedValueBox(State())

    init(_ client: GatehouseClient, pause: UInt32) {
        self.client = client
        self.pause = pause
    }

    /// From now on answers may come from these documents; 0 stands for none.
    func accept(_ documents: Set<UInt64>) {
        state.withLockedValue { $0.accepted = documents }
    }

    /// How often the client has answered.
    var count: Int { state.withLockedValue { $0.count } }

    /// Answers that couldn't be, the first ten.
    var mistakes: [String] { state.withLockedValue { $0.mistakes } }

    func start() {
        state.withLockedValue { $0.hasEnded = false }
        Thread.detachNewThread { [self] in
            let user = User(userID: "a-user")
            while !state.withLockedValue({ $0.isStopped }) {
                let before = state.withLockedValue { $0.accepted }
                let gate = client.gate("a_gate", for: user)
                let document = UInt64(gate.ruleID.dropFirst("rule-".count)) ?? 0
                state.withLockedValue { state in
                    state.count += 1
                    // What is accepted may have changed while the client answered.
                    let isRight = before.contains(document) || state.accepted.contains(document)
                    guard !isRight || gate.value != (document != 0) else { return }
                    if state.mistakes.count < 10 { state.mistakes.append("\(gate.ruleID) \(gate.value) \(before)") }
                }
                if pause > 0 { usleep(pause) }
            }
            state.withLockedValue { $0.hasEnded = true }
        }
    }

    func stop() {
        state.withLockedValue { $0.isStopped = true }
        while !state.withLockedValue({ $0.hasEnded }) { usleep(200) }
    }
}

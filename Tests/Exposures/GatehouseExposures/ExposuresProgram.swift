// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Gatehouse

/// What logging exposures costs: the time of a check, alone and on two threads, and memory.
@main
enum ExposuresProgram {
    static let gate = "half"
    static let batchCount = 1_000

    /// Measures `new`, `duplicate` and `memory`, or what is named of these, `outage`, `start` and `ask`.
    ///
    /// `ask client REQUESTS QUESTIONS` and `ask scope REQUESTS QUESTIONS` only ask, on this thread and without any other, for
    /// a profiler that counts instructions. `ask user REQUESTS QUESTIONS` only makes the users of these requests.
    static func main() throws {
        let wanted = CommandLine.arguments.dropFirst()
        let numbers = wanted.compactMap { Int($0) }
        if let way = wanted.compactMap(AskingCost.Way.init).first, numbers.count == 2 {
            return try AskingCost().ask(way, requests: numbers[0], questions: numbers[1])
        }
        Task {
            do {
                try await measure()
                exit(0)
            } catch {
                print(error)
                exit(1)
            }
        }
        dispatchMain()
    }

    private static func measure() async throws {
        let wanted = CommandLine.arguments.dropFirst()
        func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains(name) }
        if wanted.contains("outage") { return try await Outage.measure() }
        if wanted.contains("start") { return try OfflineStart.measure() }
        if wanted.contains("ask") { return try AskingCost().report() }
        if isWanted("new") || isWanted("duplicate") {
            let cost = try await EnqueueCost()
            if isWanted("new") {
                cost.report("new", batches: 300, pause: 20) { $0.users($1, $2) }
            }
            if isWanted("duplicate") {
                cost.report("duplicate", batches: 20_000, pause: 0) { subject, thread, _ in subject.users(thread, 0) }
            }
            await cost.end()
        }
        guard isWanted("memory") else { return }
        for kind in [Subject.Kind.working, .failing] { try await measureMemory(kind) }
    }

    /// How much memory a million distinct users add.
    private static func measureMemory(_ kind: Subject.Kind) async throws {
        let subject = try await Subject(kind)
        for number in 0..<10_000 { _ = subject.client.checkGate(gate, for: Subject.user("warm-\(number)")) }
        await subject.client.flush()
        let before = Memory.resident
        var most = before
        for number in 0..<1_000_000 {
            _ = subject.client.checkGate(gate, for: Subject.user("user-\(number)"))
            if number % 50_000 == 0 { most = max(most, Memory.resident) }
        }
        most = max(most, Memory.resident)
        await subject.client.flush()
        let ledger = subject.client.eventLedger
        print(
            "memory, \(kind.rawValue): +\((Memory.resident - before) >> 20) MiB after 1,000,000 distinct users, "
                + "+\((most - before) >> 20) MiB at most; balanced \(ledger.isBalanced); \(ledger)")
        await subject.client.shutdown()
    }
}

enum Memory {
    /// The resident memory of the process in bytes, 0 where the system doesn't tell.
    static var resident: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let parts = text.split(separator: " ")
        return parts.count > 1 ? (Int(parts[1]) ?? 0) * 4_096 : 0
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse

/// What logging exposures costs: the time of a check, alone and on two threads, and memory.
@main
enum ExposuresProgram {
    static let gate = "half"
    static let batchCount = 1_000

    /// Does all of it, or what is named: `new`, `duplicate`, `memory`.
    static func main() async throws {
        let wanted = CommandLine.arguments.dropFirst()
        func isWanted(_ name: String) -> Bool { wanted.isEmpty || wanted.contains(name) }
        for subject in [try await Subject(.silent), try await Subject(.working)] {
            if isWanted("new") {
                await subject.report("new", batches: 300, pause: 20) { subject, thread, batch in
                    subject.users(thread, batch)
                }
            }
            if isWanted("duplicate") {
                await subject.report("duplicate", batches: 2_000, pause: 0) { subject, thread, _ in
                    subject.users(thread, 0)
                }
            }
            await subject.client.shutdown()
            print("ledger: \(subject.client.eventLedger)")
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

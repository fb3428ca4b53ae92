// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Scenario {
    /// Documents that are made to be slow.
    public static let hostile: [Scenario] = HostileDocument.allCases.flatMap { [check($0), gate($0)] }

    private static func check(_ document: HostileDocument) -> Scenario {
        Scenario("\(document.rawValue)_check", .long, "checkGate: \(document.summary)") {
            let project = try LoadedProject(document.bytes)
            let user = document.user
            return { count in
                var passed = 0
                for _ in 0..<count
                where project.ruleset.checkGate(HostileDocument.gate, for: user, in: project.context) {
                    passed += 1
                }
                return passed
            }
        }
    }

    private static func gate(_ document: HostileDocument) -> Scenario {
        Scenario("\(document.rawValue)_gate", .long, "the whole result: \(document.summary)") {
            let project = try LoadedProject(document.bytes)
            let user = document.user
            return { count in
                var passed = 0
                for _ in 0..<count
                where project.ruleset.gate(HostileDocument.gate, for: user, in: project.context).value {
                    passed += 1
                }
                return passed
            }
        }
    }
}

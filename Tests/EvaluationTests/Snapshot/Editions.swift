// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport

/// Versions of a document of which gates, a config and the context's clock tell which version it is.
struct Editions: Sendable {
    /// Who asks.
    static let user = User(userID: "user")

    private let rulesets: [Ruleset]
    /// The contexts of snapshots that are alive.
    let liveSnapshots = LiveCounter()

    init(_ count: Int = 2) throws {
        rulesets = try (0..<count).map { version in
            var project = Project()
            // The gate's place differs too, so that a handle's index is right for its own version only.
            for other in 0..<version { project.gate("before \(other)", Rule("rule", .everyone)) }
            project.gate("isOdd", Rule("rule", version % 2 == 1 ? .everyone : .nobody))
            project.gate("isFirst", Rule("rule", version == 0 ? .everyone : .nobody))
            project.config("version", Rule("rule", .everyone, returns: ["version": .integer(Int64(version))]))
            return try project.ruleset()
        }
    }

    /// A new snapshot of a version; `onDeinit` runs when its context is freed.
    func snapshot(_ version: Int, onDeinit: @escaping @Sendable () -> Void = {}) -> Snapshot {
        let member = LiveCounter.Token(liveSnapshots, onDeinit: onDeinit)
        let clock: @Sendable () -> Int64 = { withExtendedLifetime(member) { Int64(version) } }
        return Snapshot(ruleset: rulesets[version % rulesets.count], context: EvaluationContext(clock: clock))
    }

    func handle(_ gate: String, inVersion version: Int) -> EntityHandle {
        rulesets[version].handle(for: .gate, named: gate)
    }
}

extension Snapshot {
    /// The version by its config.
    var version: Int { dynamicConfig("version", for: Editions.user)["version", default: -1] }

    /// Whether everything that can be asked tells the same version.
    var isConsistent: Bool {
        let version = Int(context.clock())
        return self.version == version && checkGate("isOdd", for: Editions.user) == (version % 2 == 1)
            && gate("isFirst", for: Editions.user).value == (version == 0)
    }
}

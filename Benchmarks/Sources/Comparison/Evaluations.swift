// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The timed loops, and all that they share.
///
/// Nothing is subtracted from these: the loop, and taking a name out of its array, are in the figures.
struct Evaluations {
    let ruleset: Ruleset
    let context: EvaluationContext
    let names: Names

    func timeGates(for user: User, seconds: Double) -> Timing {
        Timing(seconds: seconds, callCount: names.gates.count) {
            var passed = 0
            for name in names.gates where ruleset.checkGate(name, for: user, in: context) { passed += 1 }
            return passed
        }
    }

    func timeResults(for user: User, seconds: Double) -> Timing {
        Timing(seconds: seconds, callCount: names.configCount) {
            var passed = 0
            for name in names.dynamicConfigs where ruleset.dynamicConfig(name, for: user, in: context).passed {
                passed += 1
            }
            for name in names.experiments where ruleset.experiment(name, for: user, in: context).passed {
                passed += 1
            }
            for name in names.layers where ruleset.layer(name, for: user, in: context).passed { passed += 1 }
            return passed
        }
    }

    func timeValues(for user: User, seconds: Double) -> Timing {
        Timing(seconds: seconds, callCount: names.configCount) {
            var members = 0
            for name in names.dynamicConfigs {
                members += ruleset.dynamicConfig(name, for: user, in: context).value?.count ?? 0
            }
            for name in names.experiments {
                members += ruleset.experiment(name, for: user, in: context).value?.count ?? 0
            }
            for name in names.layers { members += ruleset.layer(name, for: user, in: context).value?.count ?? 0 }
            return members
        }
    }

    func timeEverything(for user: User, seconds: Double) -> Timing {
        Timing(seconds: seconds, callCount: names.gates.count + names.configCount) {
            var exposures = 0
            for name in names.gates {
                exposures += ruleset.gate(name, for: user, in: context).secondaryExposures.count
            }
            for name in names.dynamicConfigs {
                exposures += ruleset.dynamicConfig(name, for: user, in: context).secondaryExposures.count
            }
            for name in names.experiments {
                exposures += ruleset.experiment(name, for: user, in: context).secondaryExposures.count
            }
            for name in names.layers {
                exposures += ruleset.layer(name, for: user, in: context).secondaryExposures.count
            }
            return exposures
        }
    }

    /// Writes client-initialize responses, one over the other; the checksum is the sum of their lengths.
    func timeClientResponse(for user: User, seconds: Double) -> Timing {
        var bytes: [UInt8] = []
        return Timing(seconds: seconds, callCount: 1) {
            bytes.removeAll(keepingCapacity: true)
            ruleset.clientInitializeResponse(for: user, in: context, into: &bytes)
            return bytes.count
        }
    }

    /// Checks the first gate for users that were never seen.
    ///
    /// - Parameters:
    ///   - template: What the users have beside their IDs.
    ///   - ids: Where the IDs come from.
    ///   - count: How many users; `nil` to go on until the time is over.
    ///   - seconds: The time.
    /// - Returns: The times.
    func timeFreshUsers(like template: FullUser?, ids: FreshIDs, count: Int?, seconds: Double) -> Timing {
        var ids = ids
        var timing = Timing()
        guard let gate = names.gates.first else { return timing }
        while timing.calls < count ?? .max, count != nil || timing.nanoseconds < Int64(seconds * 1e9) {
            let block = ids.next(min(FreshIDs.blockSize, (count ?? .max) - timing.calls))
            timing.add(calls: block.count) {
                var passed = 0
                if let template {
                    for id in block where ruleset.checkGate(gate, for: template.user(id: id), in: context) {
                        passed += 1
                    }
                } else {
                    for id in block where ruleset.checkGate(gate, for: User(userID: id), in: context) {
                        passed += 1
                    }
                }
                return passed
            }
        }
        return timing
    }
}

extension EvaluationResult {
    fileprivate var passed: Bool { evaluation.passed }
}

extension Names {
    fileprivate var configCount: Int { dynamicConfigs.count + experiments.count + layers.count }
}

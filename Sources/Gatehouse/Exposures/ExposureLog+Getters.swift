// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The getters of the client and of its scopes: each evaluates in a snapshot, and logs the answer as an exposure.
///
/// A scope passes the hashes of its user. The client passes `nil`, and the getter computes them where it needs them.
extension ExposureLog {
    // MARK: - Gates

    /// Checks a gate.
    ///
    /// It evaluates details only where the policy needs them.
    @inline(__always)
    func checkGate(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, logsExposure: Bool
    ) -> Bool {
        switch policy {
        case .fast(let path) where logsExposure:
            let hashes = hashes ?? user.hashes
            let slotHash = ExposureKey.slotHash(.gate, name, hashes)
            path.seen.expect(slotHash)
            return snapshot.ruleset.checkGate(name, for: user, hashes, in: snapshot.context) { verdict, details in
                let key = ExposureKey(
                    at: slotHash, rule: verdict.ruleHash, unit: verdict.unitHash, extra: verdict.value ? 1 : 0)
                guard path.isNew(key) else { return }
                UnretainedEvaluation.withTemporary(details()) {
                    expose(.gate, name, $0, key, for: user, in: snapshot)
                }
            }
        case .off:
            if !logsExposure { countNonExposedCheck(name) }
            return snapshot.checkGate(name, for: user)
        default:
            return gate(name, for: user, hashes, in: snapshot, logsExposure: logsExposure).value
        }
    }

    /// Checks a gate by its handle, which answers `false` if it isn't a gate's.
    @inline(__always)
    func checkGate(
        _ gate: EntityHandle, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, logsExposure: Bool
    ) -> Bool {
        switch policy {
        case .fast(let path) where logsExposure:
            let hashes = hashes ?? user.hashes
            let slotHash = ExposureKey.slotHash(gate, hashes)
            path.seen.expect(slotHash)
            return snapshot.ruleset.checkGate(gate, for: user, hashes, in: snapshot.context) { verdict, details in
                let key = ExposureKey(
                    at: slotHash, rule: verdict.ruleHash, unit: verdict.unitHash, extra: verdict.value ? 1 : 0)
                guard path.isNew(key) else { return }
                UnretainedEvaluation.withTemporary(details()) {
                    expose(.gate, gate.name, $0, key, for: user, in: snapshot)
                }
            }
        case .off where logsExposure:
            return snapshot.checkGate(gate, for: user)
        default:
            guard gate.kind == .gate else { return false }
            return self.gate(gate.name, for: user, hashes, in: snapshot, logsExposure: logsExposure).value
        }
    }

    @inline(__always)
    func gate(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, logsExposure: Bool
    ) -> GateEvaluation {
        guard !isObserved else { return observedGate(name, for: user, hashes, in: snapshot, logsExposure) }
        return loggedGate(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
    }

    @inline(never)
    private func observedGate(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, _ logsExposure: Bool
    ) -> GateEvaluation {
        observe(.gate, name, for: user) {
            loggedGate(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
        }
    }

    @inline(__always)
    private func loggedGate(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, logsExposure: Bool
    ) -> GateEvaluation {
        let gate = snapshot.gate(name, for: user)
        see(gate, .gate, value: gate.value, for: user, hashes, in: snapshot, logsExposure: logsExposure)
        return gate
    }

    // MARK: - Values

    @inline(__always)
    func dynamicConfig(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, logsExposure: Bool
    ) -> DynamicConfigEvaluation {
        guard !isObserved else { return observedConfig(name, for: user, hashes, in: snapshot, logsExposure) }
        return loggedConfig(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
    }

    @inline(never)
    private func observedConfig(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, _ logsExposure: Bool
    ) -> DynamicConfigEvaluation {
        observe(.dynamicConfig, name, for: user) {
            loggedConfig(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
        }
    }

    @inline(__always)
    private func loggedConfig(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, logsExposure: Bool
    ) -> DynamicConfigEvaluation {
        let config = snapshot.dynamicConfig(name, for: user)
        see(
            config, .dynamicConfig, value: config.evaluation.passed, for: user, hashes, in: snapshot,
            logsExposure: logsExposure)
        return config
    }

    @inline(__always)
    func experiment(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, logsExposure: Bool
    ) -> ExperimentEvaluation {
        guard !isObserved else { return observedExperiment(name, for: user, hashes, in: snapshot, logsExposure) }
        return loggedExperiment(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
    }

    @inline(never)
    private func observedExperiment(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, _ logsExposure: Bool
    ) -> ExperimentEvaluation {
        observe(.experiment, name, for: user) {
            loggedExperiment(name, for: user, hashes, in: snapshot, logsExposure: logsExposure)
        }
    }

    @inline(__always)
    private func loggedExperiment(
        _ name: String, for user: User, _ hashes: UserHashes?, in snapshot: Snapshot, logsExposure: Bool
    ) -> ExperimentEvaluation {
        let experiment = snapshot.experiment(name, for: user)
        see(
            experiment, .experiment, value: experiment.evaluation.passed, for: user, hashes, in: snapshot,
            logsExposure: logsExposure)
        return experiment
    }
}

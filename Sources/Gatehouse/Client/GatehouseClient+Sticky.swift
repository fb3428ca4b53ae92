// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension GatehouseClient {
    /// Loads the assignments that are kept for a user (Evaluation §18).
    ///
    ///     let sticky = StickyOptions(values: await client.stickyValues(for: user, idType: "userID"))
    ///     let experiment = client.experiment("onboarding", for: user, sticky: sticky)
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - idType: The ID type of the experiments that will be asked for.
    /// - Returns: Assignments by experiment or layer. `nil` when the user has no such ID, there is no storage, or it failed,
    ///   which ``status`` tells; don't evaluate with sticky values then, since that would forget the assignments.
    public func stickyValues(for user: User, idType: String) async -> [String: StickyValue]? {
        guard let storage = core.options.stickyStorage,
            let key = Ruleset.stickyKey(for: user, idType: idType)
        else { return nil }
        do {
            let values = try await storage.load(key)
            core.board.succeeded(.sticky)
            return values
        } catch {
            core.board.failed(core.error(.sticky, .unreadable, "cannot load assignments: \(error)"))
            return nil
        }
    }

    /// What an experiment returns for a user whose assignment is kept.
    ///
    /// The storage is written in the background.
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - user: The user.
    ///   - sticky: What the storage holds for the user, and how to use it.
    ///   - logsExposure: Whether to log that the user has been shown the answer.
    public func experiment(
        _ name: String, for user: User, sticky: StickyOptions, logsExposure: Bool = true
    ) -> ExperimentEvaluation {
        guard core.options.stickyStorage != nil else {
            return experiment(name, for: user, logsExposure: logsExposure)
        }
        let (result, action) = store.withSnapshot { snapshot in
            let answer = snapshot.ruleset.experiment(name, for: user, in: snapshot.context, sticky: sticky)
            see(
                answer.result, for: user, in: snapshot, logsExposure: logsExposure,
                persistedTime: sticky.values?[name]?.time)
            return answer
        }
        perform(action, for: name)
        return result
    }

    /// What a layer returns for a user whose assignment is kept.
    ///
    /// The storage is written in the background.
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - user: The user.
    ///   - sticky: What the storage holds for the user, and how to use it.
    ///   - logsExposure: Whether to log which parameters are read.
    public func layer(
        _ name: String, for user: User, sticky: StickyOptions, logsExposure: Bool = true
    ) -> Layer {
        guard core.options.stickyStorage != nil else { return layer(name, for: user, logsExposure: logsExposure) }
        let (result, action) = store.withSnapshot { snapshot in
            let (result, action) = snapshot.ruleset.layer(name, for: user, in: snapshot.context, sticky: sticky)
            return (
                layer(
                    result, for: user, in: snapshot, logsExposure: logsExposure,
                    persistedTime: sticky.values?[name]?.time), action
            )
        }
        perform(action, for: name)
        return result
    }

    private func perform(_ action: StickyAction, for entity: String) {
        guard !self.sticky.add(action, for: entity) else { return }
        core.board.failed(
            core.error(.sticky, .unwritable, "too many assignments wait to be kept; that of \(entity) isn't"))
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
public import GatehouseSpec

/// The answers of all entities of a document for one user, by name.
///
/// Names are those of ``GatehouseClient/entities``. Nothing of it was logged: log an answer when the user is shown it, with
/// ``EvaluationScope/log(_:)-(GateEvaluation)``, ``EvaluationScope/log(_:)-(DynamicConfigEvaluation)`` or
/// ``EvaluationScope/log(_:)-(ExperimentEvaluation)``.
public struct AllEvaluations: Sendable {
    /// Gates, segments and holdouts.
    public let gates: [String: GateEvaluation]
    /// Dynamic configs.
    public let dynamicConfigs: [String: DynamicConfigEvaluation]
    /// Experiments and autotunes.
    public let experiments: [String: ExperimentEvaluation]
    /// Layers.
    public let layers: [String: LayerEvaluation]
    /// Parameter stores; reading a parameter evaluates it.
    public let parameterStores: [String: ParameterStoreEvaluation]
}

extension EvaluationScope {
    /// The names and kinds of all entities of the scope's document.
    ///
    /// - Returns: The entities by kind, in the order of the document.
    public var entities: [DocumentEntity] { snapshot.ruleset.entities }

    /// Evaluates all entities for the user.
    ///
    /// Logs no exposure. To hand all answers to a page or an app, use ``clientInitializeResponse(options:)`` instead, which
    /// leaves out what isn't meant for clients.
    ///
    /// - Returns: The answers by kind and name, with the overrides of this scope.
    public func evaluateAll() -> AllEvaluations {
        var gates: [String: GateEvaluation] = [:]
        var dynamicConfigs: [String: DynamicConfigEvaluation] = [:]
        var experiments: [String: ExperimentEvaluation] = [:]
        var layers: [String: LayerEvaluation] = [:]
        var parameterStores: [String: ParameterStoreEvaluation] = [:]
        for entity in entities {
            let name = entity.name
            switch entity.kind {
            case .gate, .segment, .holdout: gates[name] = snapshot.gate(name, for: user)
            case .dynamicConfig: dynamicConfigs[name] = snapshot.dynamicConfig(name, for: user)
            case .experiment, .autotune: experiments[name] = snapshot.experiment(name, for: user)
            case .layer: layers[name] = snapshot.layer(name, for: user)
            case .parameterStore: parameterStores[name] = snapshot.parameterStore(name, for: user)
            }
        }
        return AllEvaluations(
            gates: gates, dynamicConfigs: dynamicConfigs, experiments: experiments, layers: layers,
            parameterStores: parameterStores)
    }
}

extension GatehouseClient {
    /// The names and kinds of all entities of the document in use, as ``EvaluationScope/entities``.
    public var entities: [DocumentEntity] { store.current.ruleset.entities }

    /// Evaluates all entities for a user, as ``EvaluationScope/evaluateAll()``.
    public func evaluateAll(for user: User) -> AllEvaluations { scope(for: user).evaluateAll() }
}

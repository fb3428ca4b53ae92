// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// Code that a client calls before and after each evaluation of its getters, on the thread of the caller.
///
///     struct TimeGates: EvaluationHook {
///         func beforeEvaluation(_ call: EvaluationCall) -> ContinuousClock.Instant { .now }
///
///         func afterEvaluation(
///             _ call: EvaluationCall, _ result: (any EvaluationResult)?, _ start: ContinuousClock.Instant
///         ) {
///             Metrics.Timer(label: "flags").record(duration: .now - start)
///         }
///     }
///     options.evaluationHooks = [TimeGates()]
///
/// ``ClientOptions/evaluationHooks`` takes any number of hooks. A client without hooks only looks whether there are any.
/// With hooks, each getter evaluates with details, and every answer waits for the hooks: keep them fast, and don't ask the
/// same client in one.
///
/// The client calls hooks from any number of threads at once.
public protocol EvaluationHook: Sendable {
    /// What the function before an evaluation hands to the function after it.
    associatedtype State: Sendable = Void

    /// Called before an evaluation, in the order of ``ClientOptions/evaluationHooks``.
    ///
    /// - Parameter call: What is evaluated, and for which user.
    /// - Returns: A value for ``afterEvaluation(_:_:_:)``, for example a span.
    func beforeEvaluation(_ call: EvaluationCall) -> State

    /// Called after an evaluation, in the reverse order.
    ///
    /// - Parameters:
    ///   - call: What was evaluated, and for which user.
    ///   - result: The result, for example a `GateEvaluation`. `nil` for a parameter of a store that no entity decides.
    ///   - state: What ``beforeEvaluation(_:)`` returned.
    func afterEvaluation(_ call: EvaluationCall, _ result: (any EvaluationResult)?, _ state: State)
}

extension EvaluationHook where State == Void {
    /// Does nothing.
    public func beforeEvaluation(_ call: EvaluationCall) {}
}

extension EvaluationHook {
    /// Does nothing.
    public func afterEvaluation(_ call: EvaluationCall, _ result: (any EvaluationResult)?, _ state: State) {}
}

/// What a getter evaluates, for ``EvaluationHook``.
public struct EvaluationCall: Sendable {
    /// The kinds of getters.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Gates, segments and holdouts.
        case gate
        /// Dynamic configs.
        case dynamicConfig
        /// Experiments and autotunes.
        case experiment
        /// Layers, once for each layer and not for each parameter that is read.
        case layer
        /// Parameters of a parameter store, once for each read.
        case parameterStore
    }

    /// The kind of getter.
    public let kind: Kind
    /// The name of the entity, which the document may not have.
    public let name: String
    /// The parameter that is read from a parameter store, `nil` for other kinds.
    public let parameter: String?
    /// The user.
    public let user: User

    init(_ kind: Kind, _ name: String, parameter: String? = nil, for user: User) {
        self.kind = kind
        self.name = name
        self.parameter = parameter
        self.user = user
    }
}

extension [any EvaluationHook] {
    /// Calls an evaluation with all hooks around it, the first hook outermost.
    ///
    /// - Parameters:
    ///   - call: What is evaluated.
    ///   - evaluate: The evaluation.
    ///   - result: Returns the part of its answer that hooks get.
    /// - Returns: What `evaluate` returns.
    func around<Answer>(
        _ call: EvaluationCall, _ evaluate: () -> Answer, result: (Answer) -> (any EvaluationResult)?
    ) -> Answer {
        func run(_ index: Int) -> Answer { index < count ? run(self[index], index) : evaluate() }
        func run<Hook: EvaluationHook>(_ hook: Hook, _ index: Int) -> Answer {
            let state = hook.beforeEvaluation(call)
            let answer = run(index + 1)
            hook.afterEvaluation(call, result(answer), state)
            return answer
        }
        return run(0)
    }
}

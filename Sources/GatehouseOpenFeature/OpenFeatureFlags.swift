// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Gatehouse
public import GatehouseEvaluation

/// Resolves OpenFeature flags from a client in the process: what a provider of an OpenFeature SDK calls.
///
/// A flag key is the name of a gate, dynamic config, experiment, layer or parameter store. The name of a parameter follows
/// behind a dot or a slash: `shop.color`. Each resolution logs the exposure, as the client's getters do. The rules are
/// those of the console's endpoints for OpenFeature, so a service may change from one to the other.
///
///     let flags = OpenFeatureFlags(client)
///     let context = OpenFeatureContext(targetingKey: "a-user", attributes: ["email": "a@example.com"])
///     let color = flags.string("shop.color", default: "gray", context: context)
///
/// A value. It may be used from any thread and from several threads at once, and never waits.
public struct OpenFeatureFlags: Sendable {
    private let client: GatehouseClient

    /// Makes a resolver.
    ///
    /// - Parameter client: The client, which may not be started yet.
    public init(_ client: GatehouseClient) {
        self.client = client
    }

    /// Resolves a flag as Boolean: a gate, or a parameter.
    ///
    /// - Parameters:
    ///   - flag: The flag's key.
    ///   - fallback: The value in case of an error.
    ///   - context: The evaluation context.
    /// - Returns: The value, or the fallback with an error code.
    public func boolean(
        _ flag: String, default fallback: Bool, context: OpenFeatureContext = OpenFeatureContext()
    ) -> OpenFeatureResolution<Bool> {
        resolve(flag, fallback, context, \.bool)
    }

    /// Resolves a flag as string.
    ///
    /// - Parameters:
    ///   - flag: The flag's key.
    ///   - fallback: The value in case of an error.
    ///   - context: The evaluation context.
    /// - Returns: The value, or the fallback with an error code.
    public func string(
        _ flag: String, default fallback: String, context: OpenFeatureContext = OpenFeatureContext()
    ) -> OpenFeatureResolution<String> {
        resolve(flag, fallback, context, \.string)
    }

    /// Resolves a flag as integer; a float without a fraction is one.
    ///
    /// - Parameters:
    ///   - flag: The flag's key.
    ///   - fallback: The value in case of an error.
    ///   - context: The evaluation context.
    /// - Returns: The value, or the fallback with an error code.
    public func integer(
        _ flag: String, default fallback: Int, context: OpenFeatureContext = OpenFeatureContext()
    ) -> OpenFeatureResolution<Int> {
        resolve(flag, fallback, context) { value in
            value.integer.flatMap { Int(exactly: $0) } ?? value.double.flatMap { Int(exactly: $0) }
        }
    }

    /// Resolves a flag as float; any number is one.
    ///
    /// - Parameters:
    ///   - flag: The flag's key.
    ///   - fallback: The value in case of an error.
    ///   - context: The evaluation context.
    /// - Returns: The value, or the fallback with an error code.
    public func double(
        _ flag: String, default fallback: Double, context: OpenFeatureContext = OpenFeatureContext()
    ) -> OpenFeatureResolution<Double> {
        resolve(flag, fallback, context, \.double)
    }

    /// Resolves a flag as structure: a whole config, experiment, layer or store, or a parameter that is an object.
    ///
    /// - Parameters:
    ///   - flag: The flag's key.
    ///   - fallback: The value in case of an error.
    ///   - context: The evaluation context.
    /// - Returns: The value, or the fallback with an error code.
    public func structure(
        _ flag: String, default fallback: Object, context: OpenFeatureContext = OpenFeatureContext()
    ) -> OpenFeatureResolution<Object> {
        resolve(flag, fallback, context, \.object)
    }

    // MARK: - Resolving

    /// What an entity or one of its parameters has for the user.
    private struct Found {
        let value: Value?
        let kind: FlagKind
        /// `nil` for a parameter store and its static parameters.
        let result: (any EvaluationResult)?
        let hasRules: Bool
        /// Logs the exposure.
        let log: () -> Void
    }

    private func resolve<T: Sendable>(
        _ flag: String, _ fallback: T, _ context: OpenFeatureContext, _ convert: (Value) -> T?
    ) -> OpenFeatureResolution<T> {
        func failed(_ code: OpenFeatureErrorCode, _ message: String) -> OpenFeatureResolution<T> {
            OpenFeatureResolution(
                value: fallback, variant: nil, reason: .error, errorCode: code, errorMessage: message, metadata: [:])
        }
        guard client.status.isReady else { return failed(.providerNotReady, "The client has no document yet.") }
        guard let user = context.user else { return failed(.invalidContext, "The context can't be read as a user.") }
        guard let found = find(flag, client.scope(for: user)) else {
            return failed(.flagNotFound, "There is no flag of this key.")
        }
        let metadata = found.kind.openFeatureMetadata(found.result)
        let word = found.result?.evaluation.openFeatureReason(hasRules: found.hasRules)
        let reason = word.map { OpenFeatureReason(rawValue: $0) ?? .unknown } ?? .static
        let variant = found.result?.evaluation.openFeatureVariant ?? "static"
        // Without a value, programs use the default in their code.
        guard let value = found.value, value != .null else {
            return OpenFeatureResolution(
                value: fallback, variant: variant, reason: reason, errorCode: nil, errorMessage: nil, metadata: metadata
            )
        }
        guard let converted = convert(value) else {
            return failed(.typeMismatch, "The flag has a value of another type.")
        }
        found.log()
        return OpenFeatureResolution(
            value: converted, variant: variant, reason: reason, errorCode: nil, errorMessage: nil, metadata: metadata)
    }

    private func find(_ flag: String, _ scope: EvaluationScope) -> Found? {
        find(flag, parameter: nil, scope)
            ?? OpenFeatureKey.firstParameter(of: flag) { find($0, parameter: $1, scope) }
    }

    private func find(_ name: String, parameter: String?, _ scope: EvaluationScope) -> Found? {
        guard let (kind, hasRules) = scope.flag(named: name) else { return nil }
        func found(_ result: some ParameterizedResult, _ log: @escaping () -> Void) -> Found? {
            guard let parameter else {
                return Found(
                    value: result.value.map(Value.object), kind: kind, result: result, hasRules: hasRules, log: log)
            }
            return result[parameter].map {
                Found(value: $0, kind: kind, result: result, hasRules: hasRules, log: log)
            }
        }
        switch kind {
        case .gate:
            guard parameter == nil else { return nil }
            let gate = scope.gate(name, logsExposure: false)
            return Found(value: .bool(gate.value), kind: kind, result: gate, hasRules: hasRules) { scope.log(gate) }
        case .config:
            let config = scope.dynamicConfig(name, logsExposure: false)
            return found(config) { scope.log(config) }
        case .experiment:
            let experiment = scope.experiment(name, logsExposure: false)
            return found(experiment) { scope.log(experiment) }
        case .layer:
            let layer = scope.layer(name, logsExposure: false)
            return found(layer.result) { scope.log(layer, parameter: parameter ?? "") }
        case .store:
            let store = scope.parameterStore(name)
            guard let parameter else {
                let values = store.parameters.map { ($0, store.result.read($0).value ?? .null) }
                return Found(value: .object(Object(values)), kind: kind, result: nil, hasRules: false) {}
            }
            guard store.parameters.contains(parameter) else { return nil }
            let reading = store.result.read(parameter)
            return Found(value: reading.value, kind: kind, result: reading.source, hasRules: true) {
                _ = store.read(parameter)
            }
        }
    }
}

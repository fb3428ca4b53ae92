// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A parameter store, bound to a user: each read evaluates the gate, config, experiment or layer behind the parameter
/// (Evaluation §20).
public struct ParameterStoreEvaluation: Sendable {
    /// The value of a parameter and the evaluation that it comes from.
    public struct Reading: Sendable {
        /// The parameter's value, `nil` where the parameter or the one it refers to is missing.
        public let value: Value?
        /// The result of the gate, config, experiment or layer, `nil` for a static parameter.
        public let source: (any EvaluationResult)?
        /// The parameter of the config, experiment or layer that was read.
        package var parameter = ""
    }

    /// The store's name.
    public let name: String
    /// Whether the document has such a store.
    public let reason: EvaluationReason
    private let ruleset: Ruleset
    private let store: Int
    private let user: User
    private let context: EvaluationContext
    private let override: Object?

    init(name: String, ruleset: Ruleset, store: Int, user: User, context: EvaluationContext, override: Object?) {
        self.name = name
        self.ruleset = ruleset
        self.store = store
        self.user = user
        self.context = context
        self.override = override
        reason = override != nil ? .localOverride : store >= 0 ? .recognized : .unrecognized
        if reason == .unrecognized {
            ruleset.usage?.report(.unknownEntity, XXH3.hash(name), UInt64(UsageProblem.Kind.parameterStore.index)) {
                UsageProblem(.unknownEntity, .parameterStore, name)
            }
        }
    }

    private var row: UnsafePointer<ParameterStoreRow>? {
        store >= 0 ? ruleset.program.parameterStoreRows[store] : nil
    }

    /// The names of its parameters, in no particular order.
    ///
    /// Each call makes the list anew, so read it once before a loop.
    public var parameters: [String] {
        if let override { return override.map(\.name) }
        return row?.pointee.parameters.map(\.name.string) ?? []
    }

    /// Reads a parameter.
    ///
    /// - Parameter name: The parameter's name.
    /// - Returns: Its value, and the evaluation it comes from.
    public func read(_ name: String) -> Reading {
        if let override { return Reading(value: override[name], source: nil) }
        guard let row else { return Reading(value: nil, source: nil) }
        let index = name.withTextBytes { row.pointee.names.index(of: $0) }
        guard index >= 0 else {
            reportUnknown(name)
            return Reading(value: nil, source: nil)
        }
        let parameter = row.pointee.parameters[index]
        let entity = parameter.entity.string
        switch parameter.source {
        case .static: return Reading(value: Value(json: parameter.value), source: nil)
        case .gate:
            let gate = ruleset.gate(entity, for: user, in: context)
            return Reading(value: Value(json: gate.value ? parameter.value : parameter.failValue), source: gate)
        case .dynamicConfig:
            return read(parameter, from: ruleset.dynamicConfig(entity, for: user, in: context))
        case .experiment:
            return read(parameter, from: ruleset.experiment(entity, for: user, in: context))
        case .layer:
            return read(parameter, from: ruleset.layer(entity, for: user, in: context))
        }
    }

    private func read(_ parameter: ParameterStoreRow.Parameter, from result: some ParameterizedResult) -> Reading {
        let name = parameter.parameter.string
        return Reading(value: result[name], source: result, parameter: name)
    }

    /// Converts the value of a parameter that was read, and reports one that doesn't fit.
    ///
    /// - Parameters:
    ///   - reading: What was read.
    ///   - name: The parameter's name.
    ///   - type: The type that the caller wants.
    ///   - convert: Converts the value.
    /// - Returns: The converted value, `nil` if there is none or it doesn't fit.
    package func value<T>(
        of reading: Reading, _ name: String, as type: T.Type, _ convert: (Value) -> T?
    ) -> T? {
        guard let value = reading.value else { return nil }
        if let converted = convert(value) { return converted }
        ruleset.usage?.report(mismatchOf: name, value, as: type, in: self.name, .parameterStore)
        return nil
    }

    @inline(never)
    private func reportUnknown(_ parameter: String) {
        ruleset.usage?.report(.unknownParameter, XXH3.hash(name), XXH3.hash(parameter)) {
            UsageProblem(.unknownParameter, .parameterStore, name, detail: parameter)
        }
    }
}

extension ParameterStoreEvaluation: ParameterReading {
    /// A parameter's value, `nil` when there is none.
    public subscript(name: String) -> Value? { read(name).value }

    /// Reads a parameter and converts its value, as ``ParameterReading/read(_:as:_:)``.
    public func read<T>(_ name: String, as type: T.Type, _ convert: (Value) -> T?) -> T? {
        value(of: read(name), name, as: type, convert)
    }
}

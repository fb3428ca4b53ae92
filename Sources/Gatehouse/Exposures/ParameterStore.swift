// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A parameter store for a user.
///
/// Reading a parameter logs an exposure.
///
/// Each read evaluates the gate, config, experiment or layer behind the parameter and logs the answer. That of a layer is
/// logged only if the value converts to the type that the caller wants. A parameter store is a value and may be used from
/// several threads at once. It keeps its document in memory.
public struct ParameterStore: ParameterReading, Sendable, CustomStringConvertible {
    /// The store without logging: reading its parameters logs nothing.
    public let result: ParameterStoreEvaluation
    private let user: User
    private let snapshot: Snapshot
    private let log: ExposureLog?
    private let logsExposure: Bool

    init(
        _ result: ParameterStoreEvaluation, _ user: User, _ snapshot: Snapshot, _ log: ExposureLog?,
        logsExposure: Bool
    ) {
        self.result = result
        self.user = user
        self.snapshot = snapshot
        self.log = log
        self.logsExposure = logsExposure
    }

    /// The store's name and the names of its parameters.
    public var description: String { "\(name): \(parameters.joined(separator: ", "))" }
    /// The store's name.
    public var name: String { result.name }
    /// How the store was found, or that the document has no such store.
    public var reason: EvaluationReason { result.reason }
    /// The names of its parameters.
    public var parameters: [String] { result.parameters }

    /// Reads a parameter, and logs the exposure.
    ///
    /// - Parameter name: The parameter's name.
    /// - Returns: The parameter's value, and the evaluation that it comes from.
    public func read(_ name: String) -> ParameterStoreEvaluation.Reading {
        let reading = evaluate(name)
        expose(reading, reading.value)
        return reading
    }

    /// Reads a parameter, converts its value, and logs the exposure.
    ///
    /// The typed reads of `ParameterReading` call this.
    ///
    /// - Parameters:
    ///   - name: The parameter's name.
    ///   - type: The type that the caller wants.
    ///   - convert: Converts the value; `nil` if it doesn't fit.
    /// - Returns: The converted value, `nil` if there is none or it doesn't fit.
    public func read<T>(_ name: String, as type: T.Type, _ convert: (Value) -> T?) -> T? {
        let reading = evaluate(name)
        let value = result.value(of: reading, name, as: type, convert)
        expose(reading, value)
        return value
    }

    private func evaluate(_ parameter: String) -> ParameterStoreEvaluation.Reading {
        guard let log else { return result.read(parameter) }
        return log.observe(parameter, of: name, for: user) { result.read(parameter) }
    }

    private func expose<T>(_ reading: ParameterStoreEvaluation.Reading, _ value: T?) {
        guard let log else { return }
        log.countNonExposedCheck(name)
        switch reading.source {
        case let gate as GateEvaluation:
            log.see(
                gate, .gate, value: gate.value, for: user, nil, in: snapshot, logsExposure: logsExposure, way: .store)
        case let config as DynamicConfigEvaluation:
            log.see(
                config, .dynamicConfig, value: config.evaluation.passed, for: user, nil, in: snapshot,
                logsExposure: logsExposure, way: .store)
        case let experiment as ExperimentEvaluation:
            log.see(
                experiment, .experiment, value: experiment.isUserInExperiment, for: user, nil, in: snapshot,
                logsExposure: logsExposure, way: .store)
        case let layer as LayerEvaluation:
            guard logsExposure else { return log.countNonExposedCheck(layer.name) }
            guard value != nil else { return }
            log.log(reading.parameter, of: layer, for: user, in: snapshot, way: .store)
        default: break
        }
    }

    /// A parameter's value, `nil` if there is none.
    public subscript(name: String) -> Value? { read(name).value }
}

extension ParameterizedResult {
    /// Decodes the whole value.
    ///
    ///     struct Pricing: Decodable { var price: Double; var currency: String }
    ///     let pricing = try client.dynamicConfig("pricing", for: user).decode(as: Pricing.self)
    ///
    /// - Parameter type: A type that can be decoded from the value's JSON.
    /// - Returns: The decoded value.
    /// - Throws: `DecodingError` if the value doesn't fit. The value of an unknown entity is empty.
    public func decode<T: Decodable>(as type: T.Type = T.self) throws -> T {
        let json = evaluation.reason == .unrecognized ? "{}" : self.json
        return try JSONDecoder().decode(type, from: Data(json.utf8))
    }
}

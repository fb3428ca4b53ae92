// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// The result of a layer for a user.
///
/// Reading a parameter logs an exposure.
///
/// The exposure is logged if the parameter exists and converts to the type that the caller wants. ``value``, ``json`` and the
/// details log nothing. A layer is a value and may be used from several threads at once. It keeps its document in memory.
public struct Layer: ParameterizedResult {
    /// The result without logging: reading its parameters logs nothing.
    public let result: LayerEvaluation
    private let user: User
    private let snapshot: Snapshot
    private let log: ExposureLog?
    private let logsExposure: Bool
    private let persistedTime: Int64?

    init(
        _ result: LayerEvaluation, _ user: User, _ snapshot: Snapshot, _ log: ExposureLog?, logsExposure: Bool,
        persistedTime: Int64? = nil
    ) {
        self.result = result
        self.user = user
        self.snapshot = snapshot
        self.log = log
        self.logsExposure = logsExposure
        self.persistedTime = persistedTime
    }

    /// The layer's name.
    public var name: String { result.name }
    /// The details of the evaluation.
    public var evaluation: Evaluation { result.evaluation }
    /// The user's group in the experiment that decided, `nil` if there is none.
    public var groupName: String? { result.groupName }
    /// The experiment that decided instead of the layer, `nil` if none did.
    public var allocatedExperiment: String? { result.allocatedExperiment }
    /// Whether the experiment that decided is active.
    ///
    /// Without one, whether the layer is marked as active.
    public var isExperimentActive: Bool { result.isExperimentActive }
    /// Whether the user is in a group of that experiment.
    public var isUserInExperiment: Bool { result.isUserInExperiment }
    /// The parameters that the experiment owns.
    public var explicitParameters: [String] { result.explicitParameters }
    /// The secondary exposures of parameters that no experiment owns.
    public var undelegatedSecondaryExposures: [SecondaryExposure] { result.undelegatedSecondaryExposures }

    /// The rule that a parameter's value comes from, for layers that merge the values of several rules.
    ///
    /// - Parameter parameter: The parameter's name.
    /// - Returns: The rule, or `EvaluationResult.ruleID` where the whole value comes from one.
    public func ruleID(of parameter: String) -> String { result.ruleID(of: parameter) }

    // MARK: - Reading

    private func expose<T>(_ name: String, _ value: T?) -> T? {
        guard let log, let value else { return value }
        if logsExposure {
            log.log(name, of: result, for: user, in: snapshot, way: .getter, persistedTime: persistedTime)
        } else {
            log.countNonExposedCheck(result.name)
        }
        return value
    }

    /// A parameter's value, `nil` if there is none.
    public subscript(name: String) -> Value? { expose(name, result[name]) }

    /// Reads a parameter, converts its value, and logs the exposure if it fits.
    ///
    /// The typed reads of `ParameterReading` call this.
    ///
    /// - Parameters:
    ///   - name: The parameter's name.
    ///   - type: The type that the caller wants.
    ///   - convert: Converts the value; `nil` if it doesn't fit.
    /// - Returns: The converted value, `nil` if there is none or it doesn't fit.
    public func read<T>(_ name: String, as type: T.Type, _ convert: (Value) -> T?) -> T? {
        expose(name, result.read(name, as: type, convert))
    }

    /// Decodes the whole value, and logs an exposure of each parameter.
    ///
    /// - Parameter type: A type that can be decoded from the value's JSON.
    /// - Returns: The decoded value.
    /// - Throws: `DecodingError` if the value doesn't fit. It logs nothing then.
    public func decode<T: Decodable>(as type: T.Type = T.self) throws -> T {
        let decoded = try result.decode(as: type)
        for member in result.value ?? [:] { _ = expose(member.name, member.value) }
        return decoded
    }
}

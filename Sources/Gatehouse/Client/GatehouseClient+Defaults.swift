// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

// Gates whose answer has to be chosen where the document has none.

extension EvaluationScope {
    /// Checks whether the user passes a gate, with an answer for the case that there is none.
    ///
    /// An unknown gate is `false`. For a kill switch that is the wrong way round:
    ///
    ///     if flags.checkGate("payments_enabled", default: true) { … }
    ///
    /// - Parameters:
    ///   - name: The gate's name.
    ///   - fallback: The answer if there is no document, the document doesn't have the gate, or the gate can't be evaluated.
    ///   - logsExposure: Whether to log the answer as an exposure. That of an unknown gate is `false` and says that it is unknown.
    /// - Returns: The gate's value, or the default.
    public func checkGate(_ name: String, default fallback: Bool, logsExposure: Bool = true) -> Bool {
        gate(name, logsExposure: logsExposure).value(default: fallback)
    }
}

extension GatehouseClient {
    /// Checks whether a user passes a gate, as ``EvaluationScope/checkGate(_:default:logsExposure:)``.
    public func checkGate(
        _ name: String, default fallback: Bool, for user: User, logsExposure: Bool = true
    ) -> Bool {
        gate(name, for: user, logsExposure: logsExposure).value(default: fallback)
    }
}

extension GateEvaluation {
    fileprivate func value(default fallback: Bool) -> Bool {
        switch reason {
        case .unrecognized, .unsupported, .tooDeep: fallback
        case .recognized, .localOverride, .countryLookupNotLoaded, .persisted: value
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The reason for the result of an evaluation (Evaluation §19.1).
public enum EvaluationReason: Sendable, Hashable {
    /// The rules decided.
    case recognized
    /// No entity has that name.
    case unrecognized
    /// A condition is of a type, or has an operator, that the engine doesn't know.
    case unsupported
    /// A local override decided.
    case localOverride
    /// A condition compares the country of an IP address, and the context has no country lookup.
    case countryLookupNotLoaded
    /// A sticky value from storage decided.
    case persisted
    /// Gates, delegates or mappings nest too deep, for example in a circle; there is no answer.
    case tooDeep

    /// The reason that a record gives; an override's reason precedes that of an unknown condition.
    init(_ record: Record, _ recognition: Recognition) {
        switch recognition {
        case .tooDeep: self = .tooDeep
        case .unrecognized: self = .unrecognized
        case .recognized:
            self =
                switch record.overrideReason {
                case .localOverride: .localOverride
                case .countryLookupNotLoaded: .countryLookupNotLoaded
                case .none: record.isUnsupported ? .unsupported : .recognized
                }
        }
    }

    /// The reason as text, as the reference's details have it.
    ///
    /// - Parameter source: The source of the ruleset, for example `Network`.
    /// - Returns: The text, for example `Network:Recognized`.
    public func description(source: String) -> String {
        switch self {
        case .recognized: "\(source):Recognized"
        case .unrecognized: "\(source):Unrecognized"
        case .unsupported: "\(source):Unsupported"
        case .localOverride: "LocalOverride:Recognized"
        case .countryLookupNotLoaded: "CountryLookupNotLoaded:Recognized"
        case .persisted: "Persisted"
        case .tooDeep: "Error:Statsig Evaluation Depth Exceeded"
        }
    }
}

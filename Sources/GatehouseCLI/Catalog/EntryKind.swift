// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// What can be asked for, in the words of the row format.
package enum EntryKind: String, Sendable, CaseIterable {
    case gate
    case dynamicConfig = "dynamic_config"
    case experiment
    case layer
    /// A parameter of a parameter store.
    case parameter = "param_store"

    /// The word for people.
    var label: String {
        switch self {
        case .gate: "gate"
        case .dynamicConfig: "config"
        case .experiment: "experiment"
        case .layer: "layer"
        case .parameter: "parameter"
        }
    }

    /// The engine's kind, `nil` for parameters, which are read from entities of other kinds.
    var entityKind: EntityKind? {
        switch self {
        case .gate: .gate
        case .dynamicConfig: .dynamicConfig
        case .experiment: .experiment
        case .layer: .layer
        case .parameter: nil
        }
    }
}

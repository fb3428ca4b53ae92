// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A kind of thing that people author, by its path in the Console API.
enum Family: String, CaseIterable, Sendable {
    case gates
    case dynamicConfigs = "dynamic_configs"
    case experiments
    case layers
    case segments
    case holdouts
    case autotunes
    case paramStores = "param_stores"
    case targetApps = "target_app"
    case unitIDTypes = "unit_id_types"
    case environments
    case tags
    case teams
    case users

    /// The families that have their names in documents together, this one among them.
    var sharingNames: [Family] {
        switch self {
        case .gates, .holdouts: [.gates, .holdouts]
        case .dynamicConfigs, .experiments, .autotunes: [.dynamicConfigs, .experiments, .autotunes]
        default: [self]
        }
    }
}

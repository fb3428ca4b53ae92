// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Something that somebody has authored: a gate, an experiment, a segment.
///
/// Its members are those of the Console API, with a few that only the renderer reads. ``Gate``, ``Experiment`` and the
/// like read them.
struct Resource: Sendable, Equatable {
    let family: ResourceType
    let id: String
    var members: Object
    /// Counts its changes.
    var version: Int64 = 0
    /// Greater than that of anything that was changed before; 0 until it is stored.
    var revision: Int64 = 0

    subscript(name: String) -> Value? {
        get { members[name] }
        set { members[name] = newValue }
    }

    func text(_ name: String) -> String { members.text(name) }

    var name: String { text("name") }
    var idType: String { text("idType") }
    var salt: String { text("salt") }
    var isArchived: Bool { text("status") == "archived" || text("status") == "Archived" }
    var createdTime: Int64 { members["createdTime"]?.integer ?? 0 }
}

/// A kind of thing that people author, by its path in the Console API.
enum ResourceType: String, CaseIterable, Sendable {
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
    var sharingNames: [ResourceType] {
        switch self {
        case .gates, .holdouts: [.gates, .holdouts]
        case .dynamicConfigs, .experiments, .autotunes: [.dynamicConfigs, .experiments, .autotunes]
        default: [self]
        }
    }
}

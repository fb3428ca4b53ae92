// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What a spec is, as far as client responses tell one from another: by its entity, not by where it stands.
enum ClientEntity {
    case gate, dynamicConfig, experiment, layer
    /// Autotunes, and what the engine doesn't know.
    case other
    /// Segments and holdouts, which clients don't see.
    case hidden

    @inline(__always)
    init(_ entity: Text) {
        switch entity.count {
        case 12 where entity == "feature_gate": self = .gate
        case 14 where entity == "dynamic_config": self = .dynamicConfig
        case 10 where entity == "experiment": self = .experiment
        case 5 where entity == "layer": self = .layer
        case 7 where entity == "segment" || entity == "holdout": self = .hidden
        default: self = .other
        }
    }
}

extension ClientResponseOptions {
    /// Whether the filter of its entity admits a spec.
    @inline(__always)
    func admits(_ entity: ClientEntity, _ name: Text) -> Bool {
        switch entity {
        case .gate: gates?.contains(name) ?? true
        case .dynamicConfig: dynamicConfigs?.contains(name) ?? true
        case .experiment: experiments?.contains(name) ?? true
        case .layer: layers?.contains(name) ?? true
        case .other: true
        case .hidden: false
        }
    }
}

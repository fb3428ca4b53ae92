// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An entity's result on its way into a response.
struct ClientResult {
    enum Name {
        /// By its index among ``Program/specs``.
        case spec(Int)
        /// By its index among ``Program/autotuneRows``.
        case autotune(Int)
    }

    let name: Name
    /// Where in the response it goes: gates, dynamic configs (and experiments), or layers.
    let section: EntityKind
    let entity: ClientEntity
    let record: Record
    let exposures: UnsafeBufferPointer<ExposureRow>

    var isAutotune: Bool {
        if case .autotune = name { true } else { false }
    }

    /// Whether the unit is a device rather than a user.
    var isDeviceBased: Bool { record.idType == "stableID" || record.idType == "stableid" }

    /// Whether the experiment's state is told: of experiments, and of layers that one decides for.
    var tellsExperimentState: Bool {
        section == .layer ? record.delegate.hasBytes : entity == .experiment
    }

    /// All exposures, or those of parameters that no experiment owns.
    enum Selection {
        case all, undelegated
    }

    @inline(__always)
    func contains(_ position: Int, in selection: Selection) -> Bool {
        selection == .all || record.isUndelegated(exposures[position], at: position)
    }

    /// Calls `body` with each exposure of a selection that hasn't come before.
    @inline(__always)
    func forEachDistinctExposure(in selection: Selection, _ body: (ExposureRow) -> Void) {
        if exposures.isEmpty { return }
        if exposures.count > ClientResult.scannedCount { return forEachOfMany(in: selection, body) }
        for position in 0..<exposures.count where contains(position, in: selection) {
            if !isRepetition(position, in: selection) { body(exposures[position]) }
        }
    }

    private func isRepetition(_ position: Int, in selection: Selection) -> Bool {
        for earlier in 0..<position
        where exposures[earlier].isSame(as: exposures[position]) && contains(earlier, in: selection) {
            return true
        }
        return false
    }

    private func forEachOfMany(in selection: Selection, _ body: (ExposureRow) -> Void) {
        var seen = Numbering<ExposureRow>()
        for position in exposures.indices where contains(position, in: selection) {
            let exposure = exposures[position]
            let count = seen.elements.count
            let number = seen.number(of: exposure, hash: exposure.contentHash) { $0.isSame(as: exposure) }
            if number == count { body(exposure) }
        }
    }

    /// Up to here comparing an exposure with all before it is faster than a table.
    private static let scannedCount = 24
}

extension ExposureRow {
    func isSame(as other: ExposureRow) -> Bool {
        value == other.value && ruleID == other.ruleID && gate == other.gate
    }

    var contentHash: UInt64 {
        XXH3.hash(gate.bytes) &+ XXH3.hash(ruleID.bytes) &* 31 &+ (value ? 1 : 0)
    }
}

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

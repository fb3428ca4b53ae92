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
    /// The section of the response: gates, dynamic configs (with experiments), or layers.
    let section: EntityKind
    let entity: ClientSpecKind
    let record: Record
    let exposures: UnsafeBufferPointer<SecondaryExposureRow>

    var isAutotune: Bool {
        if case .autotune = name { true } else { false }
    }

    /// Whether the unit is a device rather than a user.
    var isDeviceBased: Bool { record.idType == "stableID" || record.idType == "stableid" }

    /// Whether the state of an experiment is written: for experiments, and for layers that an experiment decided for.
    var tellsExperimentState: Bool {
        section == .layer ? record.delegate.hasBytes : entity == .experiment
    }

    /// A selection of the secondary exposures: all, or those of parameters that no experiment owns.
    enum Selection {
        case all, undelegated
    }

    @inline(__always)
    func contains(_ position: Int, in selection: Selection) -> Bool {
        selection == .all || record.isUndelegated(exposures[position], at: position)
    }

    /// Calls `body` with each distinct secondary exposure of a selection.
    @inline(__always)
    func forEachDistinctExposure(in selection: Selection, _ body: (SecondaryExposureRow) -> Void) {
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

    private func forEachOfMany(in selection: Selection, _ body: (SecondaryExposureRow) -> Void) {
        var seen = Numbering<SecondaryExposureRow>()
        for position in exposures.indices where contains(position, in: selection) {
            let exposure = exposures[position]
            let count = seen.elements.count
            let number = seen.number(of: exposure, hash: exposure.contentHash) { $0.isSame(as: exposure) }
            if number == count { body(exposure) }
        }
    }

    /// Up to this count comparing an exposure with all previous ones is faster than a table.
    private static let scannedCount = 24
}

extension SecondaryExposureRow {
    func isSame(as other: SecondaryExposureRow) -> Bool {
        value == other.value && ruleID == other.ruleID && gate == other.gate
    }

    var contentHash: UInt64 {
        XXH3.hash(gate) &+ XXH3.hash(ruleID) &* 31 &+ (value ? 1 : 0)
    }
}

/// The kind of a spec in a client response, by the document's `entity` member and not by its section.
enum ClientSpecKind {
    case gate, dynamicConfig, experiment, layer
    /// Autotunes and unknown kinds.
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
    func admits(_ entity: ClientSpecKind, _ name: Text) -> Bool {
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

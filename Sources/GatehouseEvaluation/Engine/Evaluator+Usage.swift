// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// Only calls that are most likely mistakes come here, so these functions are never inlined into the path of all others.
extension Evaluator {
    /// Reports that the caller asked for an entity that the document doesn't have.
    @inline(never)
    func reportUnknown(_ kind: EntityKind, _ name: Text) {
        guard let board else { return }
        board.report(.unknownEntity, XXH3.hash(name), UInt64(UsageProblem.Kind(kind).index)) {
            UsageProblem(.unknownEntity, UsageProblem.Kind(kind), name.string)
        }
    }

    /// Reports that the user has no ID of the type that is hashed.
    ///
    /// - Parameters:
    ///   - unit: The ID type.
    ///   - spec: The spec whose rule hashes it, missing for a condition that several specs share.
    @inline(never)
    func reportMissing(_ unit: UnitSelector, _ spec: Text) {
        guard let board else { return }
        let idType = unit.isUserID ? Text("userID") : unit.name
        board.report(.missingUnit, XXH3.hash(spec), XXH3.hash(idType)) {
            UsageProblem(.missingUnit, nil, spec.string, detail: idType.string)
        }
    }

    /// Reports that an override names a group that the experiment doesn't have.
    @inline(never)
    func reportUnknownGroup(_ group: String, of experiment: Text) {
        guard let board else { return }
        board.report(.unknownGroup, XXH3.hash(experiment), XXH3.hash(group)) {
            UsageProblem(.unknownGroup, .experiment, experiment.string, detail: group)
        }
    }

    /// The board to report to, `nil` in a client response, which evaluates everything for users of every kind.
    private var board: UsageBoard? {
        // The scope is read second, since reading it retains what it holds.
        guard let usage, clientScope == nil else { return nil }
        return usage.takeUnretainedValue()
    }
}

extension UsageProblem.Kind {
    /// The kind of an entity.
    init(_ kind: EntityKind) {
        self =
            switch kind {
            case .gate: .gate
            case .dynamicConfig: .dynamicConfig
            case .experiment: .experiment
            case .layer: .layer
            }
    }
}

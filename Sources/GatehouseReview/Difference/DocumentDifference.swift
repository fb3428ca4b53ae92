// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
internal import GatehouseSpec

/// How the meanings of two documents differ: what an evaluation or an exposure can show, entity by entity.
///
/// Nothing is said about what no evaluation shows: time and checksum, versions, names of rules, IDs of shared conditions,
/// white space, and order where order doesn't count. What only client responses read is compared as far as target apps.
public struct DocumentDifference: Sendable {
    /// Changes that concern the whole document.
    public let document: [Change]
    /// The entities that differ, by kind and name.
    public let entities: [EntityDifference]

    /// Whether the documents mean the same.
    public var isEmpty: Bool { document.isEmpty && entities.isEmpty }

    /// All risks, each once.
    public var risks: [Risk] {
        Set(document.compactMap(\.risk) + entities.flatMap(\.risks)).sorted()
    }

    /// Compares two documents.
    ///
    /// It is fastest if `new` was loaded to replace `old`, since entities that are the same then share their memory.
    ///
    /// - Parameters:
    ///   - old: The document before.
    ///   - new: The document after.
    public init(from old: Ruleset, to new: Ruleset) {
        self = withExtendedLifetime((old, new)) { DocumentDifference(old, new, old.program, new.program) }
    }

    private init(_ oldRuleset: Ruleset, _ newRuleset: Ruleset, _ old: Program, _ new: Program) {
        document = DocumentDifference.documentChanges(oldRuleset, newRuleset)
        var walk = DifferenceWalk(old, new)
        walk.compareSpecs()
        walk.compareAutotunes()
        walk.compareStores()
        walk.compareMappings()
        entities = walk.differences.sorted { $0.key < $1.key }
    }

    private static func documentChanges(_ old: Ruleset, _ new: Ruleset) -> [Change] {
        var changes: [Change] = []
        func compare(_ code: Change.Code, _ before: String?, _ after: String?, risk: Risk? = nil) {
            if before?.exact != after?.exact { changes.append(Change(code, from: before, to: after, risk: risk)) }
        }
        compare(.bucketing, old.program.bucketing.name, new.program.bucketing.name, risk: .reshuffle)
        compare(.defaultEnvironment, old.metadata.defaultEnvironment, new.metadata.defaultEnvironment)
        compare(
            .appID, old.program.appID.value?.canonical.description,
            new.program.appID.value?.canonical.description)
        if old.exposureSettings != new.exposureSettings {
            changes.append(
                Change(.exposures, from: "\(old.exposureSettings)", to: "\(new.exposureSettings)"))
        }
        return changes
    }
}

extension Program.Bucketing {
    fileprivate var name: String {
        switch self {
        case .sha256: "sha256"
        case .xxh3: "xxh3"
        }
    }
}

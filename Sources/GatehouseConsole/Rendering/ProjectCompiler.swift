// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compiles what has been authored, and keeps what comes out until something that went into it changes.
struct ProjectCompiler: Sendable {
    private struct Source: Hashable {
        let family: Family
        let id: String
    }

    private struct Result {
        /// Revisions of everything that was looked at.
        let inputs: [Int64]
        let compiled: [CompiledEntity]
    }

    private var results: [Source: Result] = [:]

    /// Compiles a project; only what has changed since the last one takes time.
    mutating func compile(_ project: AuthoredProject, revision: Int64) -> CompiledProject {
        let compilation = Compilation(project)
        var results: [Source: Result] = [:]
        results.reserveCapacity(self.results.count)
        for family in Compilation.families {
            for entity in project.unordered(family) where !entity.isArchived {
                let source = Source(family: family, id: entity.id)
                let inputs = compilation.inputs(of: entity)
                if let known = self.results[source], known.inputs == inputs {
                    results[source] = known
                } else {
                    let compiled =
                        VerbatimSpec(entity).map { [$0.compiled] } ?? compilation.specs(of: entity).map(\.compiled)
                    results[source] = Result(inputs: inputs, compiled: compiled)
                }
            }
        }
        self.results = results
        let entities = results.values.flatMap(\.compiled).sorted {
            ($0.section.rawValue, $0.name) < ($1.section.rawValue, $1.name)
        }
        let document = project[.environments, "document"]?.members ?? [:]
        return CompiledProject(
            entities: entities, experimentLayers: compilation.experimentLayers, paramStores: compilation.paramStores,
            longSegments: compilation.longSegments,
            members: document.object("members"),
            memberConditions: document.object("conditions").map { ($0.name, $0.value) }, revision: revision)
    }
}

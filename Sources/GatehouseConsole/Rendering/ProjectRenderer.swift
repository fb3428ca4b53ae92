// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Renders what has been authored, and keeps what comes out until something that went into it changes.
struct ProjectRenderer: Sendable {
    private struct Source: Hashable {
        let type: ResourceType
        let id: String
    }

    private struct Result {
        /// Revisions of everything that was looked at.
        let inputs: [Int64]
        let rendered: RenderedSpec?
    }

    private var results: [Source: Result] = [:]

    /// Renders a project; only what has changed since the last one takes time.
    mutating func render(_ project: AuthoredProject, revision: Int64) -> RenderedProject {
        let renderer = SpecRenderer(project)
        var results: [Source: Result] = [:]
        results.reserveCapacity(self.results.count)
        for type in SpecRenderer.types {
            for resource in project.unordered(type) where !resource.isArchived {
                let source = Source(type: type, id: resource.id)
                let inputs = renderer.inputs(of: resource)
                if let known = self.results[source], known.inputs == inputs {
                    results[source] = known
                } else {
                    let rendered =
                        VerbatimSpec(resource)?.rendered ?? renderer.spec(of: resource)?.rendered
                    results[source] = Result(inputs: inputs, rendered: rendered)
                }
            }
        }
        self.results = results
        let specs = results.values.compactMap(\.rendered).sorted {
            ($0.section.rawValue, $0.name) < ($1.section.rawValue, $1.name)
        }
        let imported = project[ImportedMembers.self, ImportedMembers.id]
        return RenderedProject(
            specs: specs, experimentLayers: renderer.experimentLayers, paramStores: renderer.paramStores,
            longSegments: renderer.longSegments,
            members: imported?.members ?? [:],
            memberConditions: (imported?.conditions ?? [:]).map { ($0.name, $0.value) }, revision: revision)
    }
}

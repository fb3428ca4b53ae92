// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// An authored project, rendered in both formats.
struct RenderedProject: Sendable {
    /// By name, so that the same project has the same text.
    let specs: [RenderedSpec]
    let experimentLayers: [(experiment: String, layer: String)]
    let paramStores: [(name: String, store: Value)]
    /// The segments that are too long for documents.
    let longSegments: [Segment]
    /// Members of an imported document that no spec has.
    let members: Object
    /// The conditions that those name.
    let memberConditions: [RenderedSpec.SharedCondition]
    /// Tells this project from any other that was rendered for the same data.
    let revision: Int64

    /// The document in a format.
    func tree(_ format: DocumentFormat) -> DocumentTree {
        var tree = DocumentTree(format)
        tree.members = DocumentMembers(members)
        var shared: [String: Value] = [:]
        if format == .v2 {
            tree.conditions = memberConditions
            for (id, condition) in memberConditions { shared[id] = condition }
        }
        for spec in specs {
            switch format {
            case .v1: tree.specs[spec.section, default: []].append(.init(name: spec.name, members: spec.v1))
            case .v2:
                var renamed: [String: String] = [:]
                for (hash, condition) in spec.conditions {
                    // Two conditions seldom have the same hash; then the later one gets a suffix.
                    var id = hash
                    while let other = shared[id], other != condition { id += "x" }
                    if shared.updateValue(condition, forKey: id) == nil { tree.conditions.append((id, condition)) }
                    if id != hash { renamed[hash] = id }
                }
                let members = spec.v2(renaming: renamed)
                tree.specs[spec.section, default: []].append(.init(name: spec.name, members: members))
            }
        }
        switch format {
        case .v1:
            var layers: [(name: String, value: Value)] = []
            for (layer, pairs) in Dictionary(grouping: experimentLayers, by: \.layer).sorted(by: { $0.key < $1.key }) {
                layers.append((layer, .strings(pairs.map(\.experiment))))
            }
            tree.members.layers = Object(distinct: layers)
        case .v2:
            tree.members.experimentLayers = Object(
                distinct: experimentLayers.map { ($0.experiment, .string($0.layer)) })
        }
        let lists = Set(specs.flatMap(\.idLists)).sorted()
        tree.members.idLists = Object(distinct: lists.map { ($0, true) })
        tree.members.parameterStores = Object(distinct: paramStores.map { ($0.name, $0.store) })
        return tree
    }
}

extension RenderedProject {
    /// The text of the whole document with other members, put together from texts that are there already.
    ///
    /// - Parameter tree: The result of ``tree(_:)``, with the members to write.
    /// - Returns: The text of the tree's value; `nil` if it isn't the rendered texts one after the other.
    func text(_ tree: DocumentTree) -> [UInt8]? {
        let isV2 = tree.format == .v2
        var bytes = JSON.bytes(tree.members.json)
        bytes.removeLast()
        bytes.reserveCapacity(specs.reduce(1 << 16) { $0 + $1.v2Text.count * 3 })
        for section in DocumentTree.Section.allCases {
            open(&bytes, section.rawValue, isV2 ? "{" : "[")
            for spec in specs where spec.section == section {
                if isV2 {
                    separate(&bytes, spec.name)
                    bytes += spec.v2Text
                } else {
                    if bytes.last != UInt8(ascii: "[") { bytes.append(UInt8(ascii: ",")) }
                    bytes += spec.v1Text
                }
            }
            bytes += (isV2 ? "}" : "]").utf8
        }
        if isV2 {
            open(&bytes, DocumentTree.conditionMap, "{")
            var known: Set<String> = []
            for (id, condition) in memberConditions where known.insert(id).inserted {
                separate(&bytes, id)
                bytes += JSON.bytes(condition)
            }
            for spec in specs {
                for (condition, text) in zip(spec.conditions, spec.conditionTexts)
                where known.insert(condition.id).inserted {
                    separate(&bytes, condition.id)
                    bytes += text
                }
            }
            // Otherwise two conditions have the same hash, and one of them another ID in this document.
            guard known.count == tree.conditions.count else { return nil }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private func open(_ bytes: inout [UInt8], _ name: String, _ bracket: String) {
        separate(&bytes, name)
        bytes += bracket.utf8
    }

    private func separate(_ bytes: inout [UInt8], _ name: String) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        bytes += JSON.bytes(.string(name))
        bytes.append(UInt8(ascii: ":"))
    }
}

/// Renders projects; the specs of a resource are rendered anew only when a resource that they depend on has changed.
struct ProjectRenderer: Sendable {
    private struct Source: Hashable {
        let type: ResourceType
        let id: String
    }

    private struct Result {
        /// The revisions of all resources that the spec depends on.
        let inputs: [Int64]
        let rendered: RenderedSpec?
    }

    private var results: [Source: Result] = [:]

    /// Renders a project; the time depends on the number of changes since the last rendering.
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
                        resource.verbatim.flatMap(VerbatimSpec.init(json:))?.rendered
                        ?? renderer.spec(of: resource)?.rendered
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

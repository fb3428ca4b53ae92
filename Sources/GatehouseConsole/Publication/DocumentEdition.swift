// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec
internal import NIOCore
internal import Synchronization

/// The published document between two changes, with the payloads and rulesets that keys have asked for.
final class DocumentEdition: Sendable {
    let specs: PublishedContents
    /// When the project last changed: greater than that of any edition before, in ms since 1970.
    let time: UInt64
    let clientApps: [String: String]

    private struct Request: Hashable {
        let format: DocumentFormat
        let view: KeyView
        let namesClientKeys: Bool
    }

    private let payloads = Mutex<[Request: Task<Payload, Never>]>([:])
    private let done = Mutex<[Request: Payload]>([:])
    private let rulesets = Mutex<[KeyView: Task<(Ruleset, [FlagName]), any Error>]>([:])
    /// The rules of groups by the name of the spec, made when they are first asked for.
    private let groupRules = Mutex<[DocumentTree.Section: [String: [DocumentRule]]]?>(nil)

    private let maximumViews: Int
    private let metrics: ConsoleMetrics

    init(
        _ specs: PublishedContents, time: UInt64, clientApps: [String: String], maximumViews: Int,
        metrics: ConsoleMetrics
    ) {
        self.maximumViews = maximumViews
        self.metrics = metrics
        self.specs = specs
        self.time = time
        self.clientApps = clientApps
    }

    /// Removes what is kept when there is as much of it as may be.
    private func makeRoom<Key, Kept>(in kept: inout [Key: Kept], _ discard: ConsoleMetrics.Discard) {
        guard kept.count >= maximumViews, !kept.isEmpty else { return }
        metrics.discarded(discard, count: kept.count)
        kept.removeAll()
    }

    /// The payload of a key, made when a key first asks for it.
    ///
    /// - Parameters:
    ///   - format: The wire format.
    ///   - view: The part of the project that the key sees.
    ///   - namesClientKeys: Whether the payload names the apps of client keys.
    /// - Returns: The payload.
    func payload(_ format: DocumentFormat, _ view: KeyView, namesClientKeys: Bool) async -> Payload {
        let request = Request(format: format, view: view, namesClientKeys: namesClientKeys)
        if let payload = done.withLock({ $0[request] }) { return payload }
        let task = payloads.withLock { payloads in
            if let task = payloads[request] { return task }
            makeRoom(in: &payloads, .documents)
            let task = Task(executorPreference: WorkThreads.shared) { [specs, time, clientApps] in
                Payload(
                    specs, format: format, view: view, time: time,
                    clientApps: namesClientKeys ? clientApps : nil)
            }
            payloads[request] = task
            return task
        }
        let payload = await task.value
        done.withLock { done in
            if done.count >= maximumViews { done.removeAll() }
            done[request] = payload
        }
        return payload
    }

    /// The ID of the rule of a group.
    ///
    /// - Parameters:
    ///   - group: The name of the group; a rule without a group has its own name.
    ///   - name: The name of the gate, config or experiment.
    ///   - section: The section that has it.
    /// - Returns: The ID, `nil` when there is no such group.
    func ruleID(ofGroup group: String, of name: String, in section: DocumentTree.Section) -> String? {
        groupRules.withLock { known in
            let rules =
                known
                ?? specs.tree(specs.mainFormat).specs.mapValues { specs in
                    Dictionary(specs.map { ($0.name, $0.rules) }) { _, last in last }
                }
            known = rules
            let rule = rules[section]?[name]?.first { ($0.groupName ?? $0.name) == group }
            return rule.flatMap { $0.id.isEmpty ? nil : $0.id }
        }
    }

    /// The ruleset of the part of the project that a key sees, with the names in it; compiled when a key first asks for it.
    func ruleset(_ view: KeyView) async throws -> (ruleset: Ruleset, flags: [FlagName]) {
        let task = rulesets.withLock { rulesets in
            if let task = rulesets[view] { return task }
            makeRoom(in: &rulesets, .rulesets)
            let task = Task(executorPreference: WorkThreads.shared) { [self] in
                let payload = await payload(specs.mainFormat, view, namesClientKeys: false)
                return (try Ruleset(document: Array(buffer: payload.body)), payload.flags)
            }
            rulesets[view] = task
            return task
        }
        return try await task.value
    }
}

/// The published parts: imported documents, the rendered project, or both.
///
/// Of two specs with the same name the authored one counts.
struct PublishedContents: Sendable {
    var imported: ImportedDocuments?
    var authored: RenderedProject?

    var isEmpty: Bool { imported == nil && authored == nil }

    /// The format that costs least to make.
    var mainFormat: DocumentFormat { imported?.mainFormat ?? .v2 }

    /// When the project last changed, as the imported documents have it.
    var time: UInt64 { imported?.time ?? 0 }

    /// Tells contents that differ.
    var digest: String {
        guard let authored else { return imported?.digest ?? "" }
        return "\(imported?.digest ?? "") authored \(authored.revision)"
    }

    /// The document in a format.
    func tree(_ format: DocumentFormat) -> DocumentTree {
        guard let imported else { return authored?.tree(format) ?? DocumentTree(format) }
        let source = imported.documents[format] != nil ? format : imported.mainFormat
        var tree = imported.documents[source] ?? DocumentTree(source)
        if source != format {
            if format == .v1 { tree.becomeV1() } else { tree.becomeV2() }
        }
        if let authored { tree.add(authored.tree(format)) }
        return tree
    }
}

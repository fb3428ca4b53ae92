// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import GatehouseEvaluation
internal import GatehouseSpec
internal import Logging
internal import ServiceLifecycle

/// Documents of one project that have been found fit to be served.
struct ImportedDocuments: Sendable {
    /// The documents by format; at least one.
    let documents: [DocumentFormat: DocumentTree]
    /// When the project last changed, in ms since 1970, as the documents have it.
    let time: UInt64
    /// Entities that SDKs will leave out, with the reason.
    let issues: [String]
    /// Tells contents that differ.
    let digest: String
    /// The names of their gates, segments and holdouts, which authored rules may ask.
    let gates: Set<String>
    /// The environments that their rules name, which keys may have.
    let environments: [String]
    /// The target apps that their specs are for, which keys may have.
    let targetApps: [String]

    /// Checks documents.
    ///
    /// - Parameter sources: Bytes, and their names in messages.
    /// - Throws: ``DocumentImportError`` when a document can't be loaded, or two have the same format.
    init(_ sources: [(name: String, bytes: [UInt8])]) throws(DocumentImportError) {
        var documents: [DocumentFormat: DocumentTree] = [:]
        var digests: [DocumentFormat: String] = [:]
        var time: UInt64 = 0
        var issues: [String] = []
        for (name, bytes) in sources {
            let ruleset: Ruleset
            do {
                ruleset = try Ruleset(document: bytes)
            } catch {
                throw DocumentImportError(description: "\(name): \(error)")
            }
            let format = ruleset.documentFormat ?? .v2
            let tree: DocumentTree
            do {
                tree = try DocumentTree(bytes, format)
            } catch {
                throw DocumentImportError(description: "\(name): byte \(error.offset): \(error.kind.rawValue)")
            }
            guard documents.updateValue(tree, forKey: format) == nil else {
                throw DocumentImportError(description: "\(name): there is another document in \(format.rawValue)")
            }
            digests[format] = Digest.hexadecimal(of: bytes)
            time = max(time, tree.time)
            issues += ruleset.issues.map { "\(name): \($0)" }
        }
        guard !documents.isEmpty else { throw DocumentImportError(description: "there is no document") }
        environments = Set(documents.values.flatMap(\.environmentNames)).sorted()
        targetApps = Set(documents.values.flatMap(\.targetAppNames)).sorted()
        gates = Set(documents.values.flatMap { $0.specs[.gates] ?? [] }.map(\.name))
        digest = digests.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value).joined(separator: "-")
        self.documents = documents
        self.time = time
        self.issues = issues
    }

    /// The format that a payload in another one is made from.
    var mainFormat: DocumentFormat { documents[.v2] != nil ? .v2 : .v1 }
}

/// Where the config specs that a console serves come from.
public enum DocumentSource: Sendable {
    /// Nowhere: there is nothing to download until a document is imported.
    case none
    /// Documents in memory, at most one of each wire format.
    case documents([[UInt8]])
    /// Files, at most one of each wire format, which are read again when they change.
    case files([String])
}

/// Why documents can't be served.
public struct DocumentImportError: Error, Sendable, CustomStringConvertible {
    /// The error, with its file, line, column and member.
    public let description: String
}

/// Reads spec files, and reads them again when they change.
struct DocumentFiles: Service {
    /// How often files are looked at.
    private static let interval = Duration.milliseconds(200)

    let paths: [String]
    let logger: Logger
    /// The stamps of the files when they were first read.
    let stamps: [FileStamp]
    /// Publishes documents that passed the checks.
    let publish: @Sendable (ImportedDocuments) async throws -> Void

    /// Reads and checks the files.
    static func read(_ paths: [String]) throws(DocumentImportError) -> ImportedDocuments {
        var sources: [(name: String, bytes: [UInt8])] = []
        for path in paths {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw DocumentImportError(description: "\(path): can't be read")
            }
            sources.append((path, Array(bytes)))
        }
        return try ImportedDocuments(sources)
    }

    /// Watches the files until the service group shuts down.
    func run() async throws {
        // Sleeping ends with a cancellation, which is how this one ends.
        try? await cancelWhenGracefulShutdown { try await watch() }
    }

    private func watch() async throws {
        var last = stamps
        while true {
            try await Task.sleep(for: DocumentFiles.interval)
            let now = paths.map { FileStamp($0) }
            guard now != last else { continue }
            last = now
            await reload()
        }
    }

    private func reload() async {
        do {
            let specs = try DocumentFiles.read(paths)
            for issue in specs.issues { logger.warning("Specs have an entity that SDKs leave out: \(issue)") }
            try await publish(specs)
            logger.info("Specs reloaded")
        } catch {
            logger.error("Specs not reloaded, the last good ones stay: \(error)")
        }
    }
}

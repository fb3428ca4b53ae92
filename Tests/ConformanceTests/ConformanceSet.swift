// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import GatehouseSpec
import Testing

/// A document, users, and what the reference answered for each user and name (`fixtures/README.md`).
struct ConformanceSet: Sendable, CustomTestStringConvertible {
    let directory: URL

    var name: String { directory.lastPathComponent }
    var testDescription: String { name }

    /// The sets of our own generator, which are part of the repository.
    static let generated = sets(in: Files.repository.appending(path: "fixtures/conformance"))

    /// The sets made from the official sample projects.
    ///
    /// They may not be copied into the repository, so they are used where a folder `shared` stands next to it.
    static let official = sets(in: Files.shared.appending(path: "conformance")).filter { $0.name.hasPrefix("real_") }

    private static func sets(in folder: URL) -> [ConformanceSet] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { ConformanceSet(directory: folder.appending(path: $0)) }
            .filter { FileManager.default.fileExists(atPath: $0.directory.appending(path: "expected.jsonl.gz").path) }
    }

    // MARK: - Content

    func ruleset() throws -> Ruleset {
        try Ruleset(document: Files.unzipped(directory.appending(path: "spec.json.gz")))
    }

    func users() throws -> [User] {
        try Files.unzipped(directory.appending(path: "users.jsonl.gz")).split(separator: UInt8(ascii: "\n")).map {
            try User(json: Array($0))
        }
    }

    func expected() throws -> [UInt8] {
        try Files.unzipped(directory.appending(path: "expected.jsonl.gz"))
    }

    /// The environment the reference ran in.
    ///
    /// Answers depend neither on chance nor on the time, as long as that lies in this century.
    func context() throws -> EvaluationContext {
        var environment: String?
        var globalCustomFields = Object()
        let file = directory.appending(path: "options.json")
        if FileManager.default.fileExists(atPath: file.path) {
            let options = try #require(JSON.value(try Files.bytes(file))?.object)
            environment = options["environment"]?.string
            globalCustomFields = options["global_custom_fields"]?.object ?? [:]
        }
        return EvaluationContext(
            clock: { 1_767_225_600_000 }, random: { 0.5 }, environment: environment,
            globalCustomFields: globalCustomFields, idLists: try idLists())
    }

    private func idLists() throws -> IDLists {
        var lists = IDLists()
        let folder = directory.appending(path: "id_lists")
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
            lists[name] = IDList(content: try Files.bytes(folder.appending(path: name)))
        }
        return lists
    }
}

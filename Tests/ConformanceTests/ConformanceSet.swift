// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// A document, users, and what the reference answered for each user and name (`fixtures/README.md`).
struct ConformanceSet: Sendable, CustomTestStringConvertible {
    let name: String
    /// The folder of the set, as ``Fixture`` names it.
    private let folder: String

    var testDescription: String { name }

    /// The generated sets, which are part of the repository.
    static let generated = sets(in: "conformance")

    /// The sets made from the official sample projects.
    ///
    /// They may not be copied into the repository, so they are used where a folder `shared` stands next to it.
    static let official = sets(in: "\(shared)/conformance").filter { $0.name.hasPrefix("real_") }

    /// Data beside the repository that isn't part of it.
    static let shared = "../../shared"

    private static func sets(in folder: String) -> [ConformanceSet] {
        Fixture.names(in: folder).map { ConformanceSet(name: $0, folder: "\(folder)/\($0)") }
            .filter { Fixture.names(in: $0.folder).contains("expected.jsonl.gz") }
    }

    // MARK: - Content

    func ruleset() throws -> Ruleset { try Ruleset(document: Fixture.bytes("\(folder)/spec.json.gz")) }

    func users() throws -> [User] { try Fixture.lines("\(folder)/users.jsonl.gz").map { try User(json: $0) } }

    func expected() throws -> [UInt8] { try Fixture.bytes("\(folder)/expected.jsonl.gz") }

    /// The lines of the client-initialize responses, none where the set has no such file.
    func responses() throws -> [[UInt8]] {
        guard Fixture.names(in: folder).contains("gcir.jsonl.gz") else { return [] }
        return try Fixture.lines("\(folder)/gcir.jsonl.gz")
    }

    /// Whether responses were asked for with the keys of clients.
    func hasClientKeys() throws -> Bool {
        guard Fixture.names(in: folder).contains("options.json") else { return false }
        return Value(json: try Fixture.bytes("\(folder)/options.json"))?.object?["gcir_client_keys"] != nil
    }

    /// The environment the reference ran in.
    ///
    /// Answers depend neither on random numbers nor on the time, as long as that is in this century.
    func context() throws -> EvaluationContext {
        var environment: String?
        var globalCustomFields = Object()
        if Fixture.names(in: folder).contains("options.json") {
            let options = try #require(Value(json: try Fixture.bytes("\(folder)/options.json"))?.object)
            environment = options["environment"]?.string
            globalCustomFields = options["global_custom_fields"]?.object ?? [:]
        }
        return EvaluationContext(
            clock: { 1_767_225_600_000 }, random: { 0.5 }, environment: environment,
            globalCustomFields: globalCustomFields, idLists: try idLists())
    }

    private func idLists() throws -> IDLists {
        var lists = IDLists()
        for (name, content) in try idListFiles() { lists[name] = IDList(content: content) }
        return lists
    }

    /// The contents of the ID lists by name.
    func idListFiles() throws -> [String: [UInt8]] {
        let names = Fixture.names(in: "\(folder)/id_lists")
        return Dictionary(
            uniqueKeysWithValues: try names.map { ($0, try Fixture.bytes("\(folder)/id_lists/\($0)")) })
    }

    /// A file of the set, decompressed.
    func file(_ name: String) throws -> [UInt8] { try Fixture.bytes("\(folder)/\(name)") }

    /// The options of the set, as JSON, `nil` for none.
    func options() throws -> [UInt8]? {
        Fixture.names(in: folder).contains("options.json") ? try file("options.json") : nil
    }
}

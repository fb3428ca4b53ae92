// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The official engine, run by a script of `scripts/conformance` in a temporary folder.
struct OfficialEngine {
    /// Where Python finds the engine.
    let python: String
    /// The script's name.
    let script: String

    /// Asks about a set.
    ///
    /// - Parameters:
    ///   - set: The set: its document, options and ID lists.
    ///   - document: Another document instead of the set's.
    ///   - users: The users, a line each.
    ///   - arguments: Further arguments of the script, made from the path of a folder with the ID lists.
    /// - Returns: What the script has written.
    /// - Throws: If the script fails.
    func ask(
        about set: ConformanceSet, document: [UInt8]? = nil, users: [UInt8],
        _ arguments: (_ idLists: String) -> [String]
    ) async throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-official-\(UUID().uuidString)")
        let lists = folder.appending(path: "lists")
        try FileManager.default.createDirectory(at: lists, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func file(_ name: String, _ content: [UInt8]) throws -> String {
            let url = folder.appending(path: name)
            try Data(content).write(to: url)
            return url.path
        }
        for (name, content) in try set.idListFiles() { _ = try file("lists/\(name)", content) }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let output = folder.appending(path: "output.jsonl")
        var all = [
            root.appending(path: "scripts/conformance/\(script)").path,
            try file("spec.json", document ?? set.file("spec.json.gz")), try file("users.jsonl", users), output.path,
        ]
        all += arguments(lists.path)
        if let options = try set.options() { all += ["--options", try file("options.json", options)] }

        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = all
        // The engine panics on some addresses, and says so at length.
        let errors = folder.appending(path: "errors")
        process.standardError = try FileHandle(forWritingTo: URL(filePath: file("errors", [])))
        process.standardOutput = FileHandle.nullDevice
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        #expect(status == 0, "\((try? String(contentsOf: errors, encoding: .utf8))?.suffix(2_000) ?? "")")
        return Array(try Data(contentsOf: output))
    }
}

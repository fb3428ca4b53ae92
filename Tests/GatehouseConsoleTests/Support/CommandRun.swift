// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One run of `gatehouse`, to its end.
struct CommandRun {
    let status: Int32
    let output: String
    let errors: String

    /// Runs the command in a folder of its own.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - environment: Variables beside those of this process.
    ///   - folder: The folder of the run, `nil` for the one of this process.
    /// - Throws: When the command can't be started.
    init(_ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil) async throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "gatehouse-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let process = Process()
        process.executableURL = try ServeProcess.executable()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let files = try ["output", "errors"].map { name in
            let file = place.appending(path: name)
            try Data().write(to: file)
            return (file, try FileHandle(forWritingTo: file))
        }
        process.standardOutput = files[0].1
        process.standardError = files[1].1
        status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        output = try String(contentsOf: files[0].0, encoding: .utf8)
        errors = try String(contentsOf: files[1].0, encoding: .utf8)
    }
}

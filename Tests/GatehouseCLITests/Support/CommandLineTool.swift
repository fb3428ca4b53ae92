// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs the built `gatehouse` in a folder of its own.
final class CommandLineTool {
    struct Result {
        /// The exit code, or 128 + the signal's number.
        let status: Int32
        let output: String
        let errors: String
    }

    struct NotBuilt: Error {}

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("gatehouse-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Writes a file into the folder; names may lead into folders below.
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }

    /// Runs the command there with `spec.json` and further arguments, and waits for its end.
    func evaluate(_ arguments: String..., input: String? = nil) async throws -> Result {
        try await run(["evaluate", "spec.json"] + arguments, input: input)
    }

    /// Runs the command there and waits for its end.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - input: The standard input.
    ///   - environment: Variables beside those of this process.
    /// - Returns: The exit code and the outputs.
    /// - Throws: An error if the command can't be run.
    func run(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
    ) async throws -> Result {
        try write([], to: "output")
        try write([], to: "errors")
        try write((input ?? "").utf8, to: "input")
        // Files, unlike pipes, can't fill up while nobody reads.
        let output = try FileHandle(forWritingTo: folder.appendingPathComponent("output"))
        let errors = try FileHandle(forWritingTo: folder.appendingPathComponent("errors"))
        let process = try process(arguments)
        process.standardInput = try FileHandle(forReadingFrom: folder.appendingPathComponent("input"))
        process.standardOutput = output
        process.standardError = errors
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        let status = try await CommandLineTool.status(of: process)
        return Result(status: status, output: try text(of: "output"), errors: try text(of: "errors"))
    }

    /// Runs the command there with pipes: `body` writes to the first and reads from the others.
    func run(
        _ arguments: [String], input: Pipe, output: Pipe, errors: Pipe, _ body: @escaping @Sendable () throws -> Void
    ) async throws -> Int32 {
        let process = try process(arguments)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        return try await CommandLineTool.status(of: process, body)
    }

    private func process(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = try CommandLineTool.executable()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        return process
    }

    private static func status(of process: Process, _ body: @Sendable () throws -> Void = {}) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { process in
                let isSignal = process.terminationReason == .uncaughtSignal
                continuation.resume(returning: process.terminationStatus + (isSignal ? 128 : 0))
            }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
                return
            }
            try? body()
        }
    }

    /// The text of a file in the folder.
    func contents(of name: String) throws -> String { try text(of: name) }

    private func text(of name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    /// The executable in the folder of build products, near the test bundle.
    private static func executable() throws -> URL {
        // The bundle is a file in that folder on Linux and a folder in it on macOS, where a helper of the toolchain
        // runs it and is told the path.
        let starts =
            CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(fileURLWithPath: $0) }
            + Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
            + [Bundle.main.bundleURL]
        for start in starts {
            var folder = start
            for _ in 0..<5 {
                let file = folder.appendingPathComponent("gatehouse")
                if isExecutableFile(file) { return file }
                folder.deleteLastPathComponent()
            }
        }
        // Four up: Support, GatehouseCLITests, Tests, the package.
        var package = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { package.deleteLastPathComponent() }
        for configuration in ["debug", "release"] {
            let file = package.appendingPathComponent(".build/\(configuration)/gatehouse")
            if isExecutableFile(file) { return file }
        }
        throw NotBuilt()
    }

    private static func isExecutableFile(_ file: URL) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: file.path)
    }
}

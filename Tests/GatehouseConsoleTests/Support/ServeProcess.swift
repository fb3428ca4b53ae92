// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// `gatehouse serve` as a process of its own.
final class ServeProcess: Sendable {
    struct NotBuilt: Error {}

    private let process: Process
    private let output = Mutex("")
    private let errors = Mutex("")

    /// Starts the command, at a free port.
    init(_ arguments: [String]) throws {
        process = Process()
        process.executableURL = try ServeProcess.executable()
        process.arguments = ["serve", "--port", "0"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = reader { [self] text in output.withLock { $0 += text } }
        process.standardError = reader { [self] text in errors.withLock { $0 += text } }
        try process.run()
    }

    private func reader(_ receive: @escaping @Sendable (String) -> Void) -> Pipe {
        let pipe = Pipe()
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            receive(String(decoding: data, as: UTF8.self))
        }
        return pipe
    }

    var outputText: String { output.withLock { $0 } }
    var errorText: String { errors.withLock { $0 } }

    /// Where it listens, as it says itself.
    func url() async throws -> String {
        try await until("the console listens") { self.outputText.contains("\n") || !self.process.isRunning }
        let match = outputText.firstMatch(of: /https?:\/\/[^ \n]+/)
        return match.map { String($0.output) } ?? ""
    }

    /// The console key that it prints.
    func firstKey() async throws -> String {
        try await until("the first key is printed") {
            self.outputText.contains("console-") && self.outputText.hasSuffix("\n")
        }
        return outputText.firstMatch(of: /console-[A-Za-z0-9]{43}/).map { String($0.output) } ?? ""
    }

    /// Sends a signal.
    func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Sends a signal and waits for the end.
    ///
    /// - Returns: The exit code, or 128 + the signal's number.
    func end(_ signal: Int32) async throws -> Int32 {
        kill(process.processIdentifier, signal)
        try await until("the process ends") { !self.process.isRunning }
        return process.terminationStatus + (process.terminationReason == .uncaughtSignal ? 128 : 0)
    }

    /// The executable in the folder of build products, near the test bundle.
    static func executable() throws -> URL {
        let starts =
            CommandLine.arguments.filter { $0.contains(".xctest") }.map { URL(fileURLWithPath: $0) }
            + Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" } + [Bundle.main.bundleURL]
        for start in starts {
            var folder = start
            for _ in 0..<5 {
                let file = folder.appending(path: "gatehouse")
                var isFolder: ObjCBool = false
                if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue {
                    return file
                }
                folder.deleteLastPathComponent()
            }
        }
        throw NotBuilt()
    }
}

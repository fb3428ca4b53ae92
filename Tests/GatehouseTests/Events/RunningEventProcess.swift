// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOConcurrencyHelpers
import TestServers

/// A process that logs events until it is killed.
final class RunningEventProcess: Sendable {
    private let process: NIOLockedValueBox<Process>
    private let printed = NIOLockedValueBox("")

    init(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = try RunningEventProcess.program()
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        pipe.fileHandleForReading.readabilityHandler = { [printed] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            printed.withLockedValue { $0 += String(decoding: data, as: UTF8.self) }
        }
        try process.run()
        self.process = NIOLockedValueBox(process)
    }

    /// How many users it has logged an exposure for.
    var count: Int {
        printed.withLockedValue { text in
            text.split(separator: "\n").last.flatMap { Int($0) } ?? 0
        }
    }

    /// Ends it as the system does when there is no memory left.
    func kill() {
        process.withLockedValue { process in
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Has one write a thousand events to its standard output, and waits until it ends.
    ///
    /// - Parameters:
    ///   - document: The path of the document.
    ///   - output: The path of what its standard output is.
    ///   - errors: The path of a file for its standard error.
    /// - Throws: If the process can't be started.
    static func print(_ document: String, to output: String, errors: String) async throws {
        guard FileManager.default.createFile(atPath: errors, contents: nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        let process = Process()
        process.executableURL = try program()
        process.arguments = [document]
        // Not a pipe, which other processes would inherit and keep open.
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }

    /// The program, which is built beside the tests.
    private static func program() throws -> URL {
        let here = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let url = here.appendingPathComponent("event-process")
        guard FileManager.default.isExecutableFile(atPath: url.path) else { throw CocoaError(.fileNoSuchFile) }
        return url
    }
}

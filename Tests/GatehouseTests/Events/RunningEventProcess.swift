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

    /// The program, which is built beside the tests.
    private static func program() throws -> URL {
        let here = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let url = here.appendingPathComponent("event-process")
        guard FileManager.default.isExecutableFile(atPath: url.path) else { throw CocoaError(.fileNoSuchFile) }
        return url
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Gatehouse

/// A process, and a second one that kills it when this one here ends in whatever way.
package struct GuardedProcess {
    /// Fulfilled when the process has ended.
    package let ended = Promise<Void>()
    private let processID: pid_t
    private let lifeline = Pipe()

    /// Runs a process without input and output.
    ///
    /// - Throws: If it can't be run.
    package init(_ process: Process) throws {
        let ended = ended
        process.terminationHandler = { _ in ended.keep(()) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        processID = process.processIdentifier
        let guardian = Process()
        guardian.executableURL = URL(fileURLWithPath: "/bin/sh")
        // A line says that all is well; without one the pipe's end does that this process is gone.
        guardian.arguments = ["-c", "read -r line || kill -9 \(processID)"]
        guardian.standardInput = lifeline
        try guardian.run()
    }

    /// Kills the process.
    package func kill() {
        send(SIGKILL)
        try? lifeline.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        try? lifeline.fileHandleForWriting.close()
    }

    /// Sends the process a signal, unless it has ended.
    package func send(_ signal: CInt) {
        guard ended.current == nil else { return }
        Foundation.kill(processID, signal)
    }

    /// The executable of a name in `PATH`, `nil` for none.
    package static func path(of name: String) -> URL? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// Whether tests that need other programs run with them or fail, as in continuous integration.
    package static var isRequired: Bool { ProcessInfo.processInfo.environment["CI"] != nil }
}

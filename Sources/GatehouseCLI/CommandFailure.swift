// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Why the command stops before it is done.
enum CommandFailure: Error {
    /// It was called wrongly.
    case usage(String)
    /// Something that it was given can't be used: which file, where in it, and what is wrong.
    case input(String)
    /// Nobody reads the output any more, as behind `| head`.
    case brokenPipe

    private var exitCode: Int32 {
        switch self {
        case .usage: 2
        case .input: 1
        // What a shell reports for a process that SIGPIPE ended, which happens where the signal isn't ignored.
        case .brokenPipe: 141
        }
    }

    /// Reports the failure in one line and ends the process.
    ///
    /// - Parameter command: The subcommand whose help to refer to.
    func exit(_ command: String = "evaluate") -> Never {
        switch self {
        case .usage(let message):
            let sentence = message.hasSuffix(".") ? String(message.dropLast()) : message
            Diagnostics.error(
                sentence.prefix(1).lowercased() + sentence.dropFirst() + " (see gatehouse \(command) --help)")
        case .input(let message): Diagnostics.error(message)
        case .brokenPipe: break
        }
        System.exit(exitCode)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A failure that ends the command.
enum CommandFailure: Error {
    /// The arguments are wrong.
    case usage(String)
    /// An input can't be used. The text names the file, the position in it and the fault.
    case input(String)
    /// The reader of standard output has closed the pipe, for example `head`.
    case brokenPipe

    private var exitCode: Int32 {
        switch self {
        case .usage: 2
        case .input: 1
        // The exit code that a shell reports for a process that SIGPIPE ended.
        case .brokenPipe: 141
        }
    }

    /// Reports the failure in one line and ends the process.
    ///
    /// - Parameter command: The subcommand whose help the text refers to.
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

/// Messages on standard error, a line for each.
enum Diagnostics {
    static func error(_ message: String) {
        line("gatehouse: error: \(message)")
    }

    static func warning(_ message: String) {
        line("gatehouse: warning: \(message)")
    }

    static func line(_ text: String) {
        print(PlainText.oneLine(text) + "\n")
    }

    /// Writes text unchanged.
    ///
    /// Failures are ignored, since standard error is where they would be reported.
    static func print(_ text: String) {
        try? System.write(Array(text.utf8), to: System.standardError)
    }
}

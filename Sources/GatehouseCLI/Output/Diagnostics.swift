// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What the command says on standard error, a line each.
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

    /// Writes text as it is, and ignores failures: there is nowhere left to report them.
    static func print(_ text: String) {
        try? System.write(Array(text.utf8), to: System.standardError)
    }
}

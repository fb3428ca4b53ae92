// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The command line's options.
struct ContentionOptions {
    /// How long to measure: seconds.
    private(set) var seconds = 30.0
    /// The document to read, `nil` for a generated one.
    private(set) var documentPath: String?

    static let help = """
        usage: contention [--seconds NUMBER] [--document PATH]

        Measures how many checks one and two threads make through a snapshot store, with and without rulesets being
        swapped, and how long single checks take while another thread reloads the document.

          --seconds NUMBER  how long to measure, at least 3 (default: 30)
          --document PATH   a config-spec document (default: a generated one of 10 MB)
          --help            this text
        """

    /// - Returns: `nil` when the help text is asked for or due.
    init?(_ arguments: some Sequence<String>) {
        var rest = arguments.makeIterator()
        while let argument = rest.next() {
            switch argument {
            case "--seconds":
                guard let number = rest.next().flatMap(Double.init), number >= 3, number <= 86_400 else { return nil }
                seconds = number
            case "--document":
                guard let path = rest.next() else { return nil }
                documentPath = path
            default: return nil
            }
        }
    }
}

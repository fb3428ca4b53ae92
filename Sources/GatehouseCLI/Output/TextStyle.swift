// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// How text looks on a terminal.
package enum TextStyle: String {
    case plain = ""
    case heading = "1"
    case quiet = "2"
    case good = "32"
    case bad = "31"
    case alert = "33"

    /// The text in this style.
    func applied(to text: String) -> String {
        self == .plain || text.isEmpty ? text : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}

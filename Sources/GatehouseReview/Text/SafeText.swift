// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Makes text from documents and users safe for the place that shows it.
package enum SafeText {
    /// The text with control characters as escapes, so that a name in a document can't move the cursor or forge a line.
    package static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // C0, DEL and C1; line and paragraph separators; marks and overrides that turn the direction of writing.
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// The text for Markdown and HTML: one line in which no character starts markup, a mention or a link.
    package static func markdown(_ text: String) -> String {
        var result = ""
        for scalar in oneLine(text).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // Entities rather than backslashes: `@` has no escape by a backslash.
            case "@": result += "&#64;"
            case "#": result += "&#35;"
            case ":": result += "&#58;"
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "!", "|", "~", "$":
                result += "\\"
                result.unicodeScalars.append(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text for the message of a GitHub workflow command.
    package static func workflowMessage(_ text: String) -> String {
        oneLine(text).replacing("%", by: "%25")
    }

    /// The text for a property of a GitHub workflow command.
    package static func workflowProperty(_ text: String) -> String {
        workflowMessage(text).replacing(":", by: "%3A").replacing(",", by: "%2C")
    }

    /// The start of a long text, with `…` for the rest.
    package static func shortened(_ text: String, to count: Int = 160) -> String {
        text.utf8.count > count && text.count > count ? text.prefix(count) + "…" : text
    }
}

extension String {
    /// The text with another one in place of each occurrence of a character.
    fileprivate func replacing(_ character: Unicode.Scalar, by other: String) -> String {
        guard unicodeScalars.contains(character) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar == character { result += other } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }
}

extension String {
    /// The text with an escape for each character that isn't ASCII, so that two texts are equal only if their bytes are.
    ///
    /// Swift takes a letter with an accent for the letter followed by the accent; documents don't.
    var exact: String {
        guard !utf8.allSatisfy({ $0 < 128 }) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isASCII {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
    }
}

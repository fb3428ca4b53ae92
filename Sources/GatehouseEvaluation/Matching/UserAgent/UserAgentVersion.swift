// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The text that is reported for a version.
enum UserAgentVersion {
    /// Stands for a version that is not known.
    static let unknown = "0.0.0"

    /// The version of a token in the reference SDK's form: up to four parts, joined by dots.
    static func text(of token: UserAgentToken) -> String {
        if token.version.isAbsent { return unknown }
        if token.product == .windows { return windowsRelease(token.version) }
        return joinedParts(of: token.version, limit: partLimit(for: token.product))
    }

    /// The marketing name of a Windows NT version.
    private static func windowsRelease(_ version: UserAgentText) -> String {
        switch version {
        case "5.1", "5.2": "XP"
        case "6.0": "Vista"
        case "6.1": "7"
        case "6.3": "8.1"
        case "10.0": "10"
        default: unknown
        }
    }

    private static func partLimit(for product: UserAgentProduct) -> Int {
        switch product {
        case .yandexBrowser, .opera, .netFront: 3
        default: 4
        }
    }

    /// Joins the parts of a version by dots; of the second part, only the leading digits count.
    private static func joinedParts(of version: UserAgentText, limit: Int) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: version.count) { output in
            var length = 0
            var part = 0
            var isCut = false
            // A separator that ends the version opens no further part.
            let last = version.count - 1
            for (position, byte) in version.bytes.enumerated() {
                if isSeparator(byte) {
                    part += 1
                    if part == limit || position == last { break }
                    isCut = false
                    output[length] = UInt8(ascii: ".")
                } else {
                    isCut = isCut || (part == 1 && !UserAgentText.isDigit(byte))
                    if isCut { continue }
                    output[length] = byte
                }
                length += 1
            }
            return String(decoding: output[..<length], as: UTF8.self)
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ".")
    }
}

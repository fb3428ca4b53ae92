// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The key that a client sends to servers.
///
/// Only requests contain the whole key. Logs, errors, traces and file names contain ``description`` or a hash.
public struct SDKKey: Sendable {
    /// The whole key, for requests.
    package let secret: String
    /// Whether characters around the key were dropped.
    package let wasTrimmed: Bool

    /// Makes a key.
    ///
    /// - Parameter secret: A server key (`secret-…`), or a client key (`client-…`) with the scope
    ///   `client_download_config_specs`. White space and byte order marks around it are dropped, since keys often come from
    ///   files; the client logs a warning then.
    public init(_ secret: String) {
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
                || scalar.properties.generalCategory == .control
        }
        let end = secret.unicodeScalars.reversed().drop(while: isBlank).reversed().drop(while: isBlank)
        self.secret = String(String.UnicodeScalarView(end))
        wasTrimmed = self.secret.utf8.count != secret.utf8.count
    }

    /// The key of a client that asks no server, since its document comes from a file or from the program.
    ///
    ///     var options = ClientOptions()
    ///     options.file = "specs.json"
    ///     let client = GatehouseClient(key: .unneeded, options: options)
    public static let unneeded = SDKKey("")

    /// Whether there is no key.
    package var isEmpty: Bool { secret.isEmpty }
}

extension SDKKey: Hashable {
    /// Whether the keys are the same, whatever was around them.
    public static func == (left: SDKKey, right: SDKKey) -> Bool { left.secret == right.secret }

    /// Hashes the key.
    public func hash(into hasher: inout Hasher) { hasher.combine(secret) }
}

extension SDKKey {
    /// Whether a text from outside contains the whole key: as it is, or as URLs and JSON escape it.
    package func shows(in text: String) -> Bool {
        guard !secret.isEmpty else { return false }
        let plain = text.replacing("\\/", with: "/")
        return [text, plain, plain.removingPercentEscapes].contains { $0.contains(secret) }
    }

    /// A text for logs, errors and status that may repeat what a server wrote, without the whole key.
    package func redacted(_ text: String) -> String {
        guard shows(in: text) else { return text }
        let redacted = text.replacing(secret, with: description)
        return shows(in: redacted) ? "(not shown, since it contains the key)" : redacted
    }

    /// The base64 of the key's SHA-256, which identifies the key without revealing it.
    var hash: String { Base64.text(of: SHA256.digest(secret).span) }
}

extension SDKKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key's kind and its first five characters, for example `secret-9IWfd*****`; which is safe to show.
    ///
    /// It is `none` for no key.
    public var description: String {
        guard !isEmpty else { return "none" }
        let parts = secret.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["secret", "client", "console"].contains(parts[0]) else { return "*****" }
        return "\(parts[0])-\(parts[1].prefix(min(5, parts[1].count / 4)))*****"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// An empty mirror, so that `dump` doesn't show the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension String {
    /// The text with each `%` and two hexadecimal digits replaced by the byte that they stand for; others stay.
    fileprivate var removingPercentEscapes: String {
        let bytes = Array(utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Configuration

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Reads options, and tells those that aren't there from those that are wrong.
struct OptionReader: Sendable {
    let configuration: ConfigReader

    /// Reads options, and makes the errors of it name the variables of the reader's scope.
    static func read<Options>(
        _ configuration: ConfigReader, _ body: (OptionReader) throws(OptionError) -> Options
    ) throws(OptionError) -> Options {
        let reader = OptionReader(configuration: configuration)
        do {
            return try body(reader)
        } catch {
            var error = error
            error.variable = OptionError.variable(of: reader.scope + error.key)
            throw error
        }
    }

    /// The scope of the reader with a dot behind it, empty for none.
    private var scope: String {
        // The prefix itself isn't public, its description is.
        let prefix = "\(configuration)".firstRange(of: "[keyPrefix: ").map { "\(configuration)"[$0.upperBound...] }
        return prefix.map { "\($0.prefix { $0 != "," })." } ?? ""
    }

    // MARK: Kinds

    /// Any text; the empty one counts as none.
    func text(_ key: String, isSecret: Bool = false, allowed: String = "text") throws(OptionError) -> String? {
        let text = try read(key, isSecret: isSecret, allowed: allowed) {
            try configuration.requiredString(forKey: $0, isSecret: isSecret)
        }
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    func bool(_ key: String) throws(OptionError) -> Bool? {
        try read(key, allowed: "true or false") { try configuration.requiredBool(forKey: $0) }
    }

    func integer(_ key: String, _ range: ClosedRange<Int>) throws(OptionError) -> Int? {
        let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let integer = try read(key, allowed: allowed) { try configuration.requiredInt(forKey: $0) }
        if let integer, !range.contains(integer) { throw OptionError(key, is: "\(integer)", allowed: allowed) }
        return integer
    }

    /// A duration in seconds, which may be fractions.
    func seconds(_ key: String, from least: Double, to most: Double) throws(OptionError) -> Duration? {
        let allowed = "a number of seconds from \(least) to \(most)"
        let seconds = try read(key, allowed: allowed) { key in
            // Providers that know the kinds of numbers don't give integers for floats.
            try configuration.int(forKey: key).map(Double.init) ?? configuration.requiredDouble(forKey: key)
        }
        guard let seconds else { return nil }
        guard seconds >= least, seconds <= most else { throw OptionError(key, is: "\(seconds)", allowed: allowed) }
        return .seconds(seconds)
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, of type: Choice.Type
    ) throws(OptionError) -> Choice? {
        let allowed = Choice.allCases.map(\.rawValue).joined(separator: " or ")
        guard let text = try text(key, allowed: allowed) else { return nil }
        guard let choice = Choice(rawValue: text) else { throw OptionError(key, is: text, allowed: allowed) }
        return choice
    }

    func url(_ key: String, allowsQuery: Bool = false) throws(OptionError) -> String? {
        let allowed = "an http or https URL\(allowsQuery ? "" : " without query and fragment")"
        guard let text = try text(key, allowed: allowed) else { return nil }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host?.isEmpty == false, allowsQuery || (url.query == nil && url.fragment == nil)
        else {
            // Before the last @ there may be a password.
            let shown = text.lastIndex(of: "@").map { "…\(text[$0...])" } ?? text
            throw OptionError(key, is: shown, allowed: allowed)
        }
        return text
    }

    // MARK: Absent or wrong

    private func read<Option>(
        _ key: String, isSecret: Bool = false, allowed: String, _ get: (ConfigKey) throws -> Option
    ) throws(OptionError) -> Option? {
        let configKey = ConfigKey(key)
        do {
            return try get(configKey)
        } catch {
            // The type of the error isn't public. What it says saves asking for all kinds, which access reporters see.
            guard !"\(error)".hasPrefix("Missing required config value"),
                let value = anything(under: configKey, isSecret: isSecret), !value.isEmpty
            else { return nil }
            throw OptionError(key, is: isSecret ? nil : value, allowed: allowed)
        }
    }

    /// The value of a key, of any kind, as text; `nil` when there is none.
    private func anything(under key: ConfigKey, isSecret: Bool) -> String? {
        if let value = configuration.string(forKey: key, isSecret: isSecret) { return value }
        if let value = configuration.int(forKey: key, isSecret: isSecret) { return "\(value)" }
        if let value = configuration.double(forKey: key, isSecret: isSecret) { return "\(value)" }
        if let value = configuration.bool(forKey: key, isSecret: isSecret) { return "\(value)" }
        if let value = configuration.stringArray(forKey: key, isSecret: isSecret) { return "\(value)" }
        if let value = configuration.doubleArray(forKey: key, isSecret: isSecret) { return "\(value)" }
        if let value = configuration.intArray(forKey: key, isSecret: isSecret) { return "\(value)" }
        if let value = configuration.boolArray(forKey: key, isSecret: isSecret) { return "\(value)" }
        if let value = configuration.bytes(forKey: key, isSecret: isSecret) { return "\(value.count) bytes" }
        return configuration.byteChunkArray(forKey: key, isSecret: isSecret).map { "\($0.count) chunks of bytes" }
    }
}

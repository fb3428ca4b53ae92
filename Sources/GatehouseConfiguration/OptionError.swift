// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An option that is missing although it is needed, or that isn't what it may be.
public struct OptionError: Error, Sendable, Hashable {
    /// The option, as in the table of ``/GatehouseConfiguration``, without the scope of the reader.
    public let key: String
    /// The environment variable that sets the option in the scope of the reader, for example `GATEHOUSE_KEY`.
    public internal(set) var variable: String
    /// The value as text; `nil` when it is missing, and for secrets.
    public let value: String?
    /// The values that are allowed.
    public let allowed: String

    init(_ key: String, is value: String? = nil, allowed: String) {
        self.key = key
        variable = OptionError.variable(of: key)
        self.value = value.map { String($0.prefix(200)) }
        self.allowed = allowed
    }

    /// The environment variable of a key, as `EnvironmentVariablesProvider` names it: capitals, with `_` between words.
    static func variable(of key: String) -> String {
        var name = ""
        var previous: Character = "_"
        for character in key {
            if character.isUppercase, previous.isLowercase { name.append("_") }
            name += character.isLetter || character.isNumber ? character.uppercased() : "_"
            previous = character
        }
        return name
    }
}

extension OptionError: CustomStringConvertible {
    /// One line: the option and its environment variable, its value, and what it may be.
    public var description: String {
        let found = value.map { " is \"\($0)\", but" } ?? ""
        return "option \(key) (\(variable))\(found) has to be \(allowed)"
    }
}

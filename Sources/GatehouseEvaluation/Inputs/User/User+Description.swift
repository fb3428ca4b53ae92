// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension User: CustomStringConvertible, CustomReflectable {
    /// The user's fields, without the values of private attributes.
    ///
    /// For logs and the messages of tests: `User(userID: "u", custom: {"plan":"pro"}, privateAttributes: 2 hidden)`.
    public var description: String {
        "User(\(parts.map { "\($0.name): \($0.text)" }.joined(separator: ", ")))"
    }

    /// The same fields, so that `dump` shows no private attributes either.
    public var customMirror: Mirror {
        Mirror(self, children: parts.map { (label: $0.name, value: $0.text) }, displayStyle: .struct)
    }

    private var parts: [(name: String, text: String)] {
        let fields: [(String, Field)] = [
            ("userID", .userID), ("email", .email), ("ip", .ip), ("userAgent", .userAgent), ("country", .country),
            ("locale", .locale), ("appVersion", .appVersion),
        ]
        var parts: [(name: String, text: String)] = fields.compactMap { name, field in
            self[field].map { (name, $0.description) }
        }
        if !customIDs.isEmpty { parts.append(("customIDs", customIDs.description)) }
        if !custom.isEmpty { parts.append(("custom", custom.description)) }
        if let environment { parts.append(("environment", environment.description)) }
        if !privateAttributes.isEmpty { parts.append(("privateAttributes", "\(privateAttributes.count) hidden")) }
        return parts
    }
}

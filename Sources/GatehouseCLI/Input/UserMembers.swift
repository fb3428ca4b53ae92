// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// The members of a user's JSON.
enum UserMembers {
    private static let known = [
        "userID", "customIDs", "email", "ip", "userAgent", "country", "locale", "appVersion", "custom",
        "privateAttributes", "statsigEnvironment",
    ]

    /// The unknown members of a user that have nearly the name of one that is missing, a sentence each.
    ///
    /// Other unknown members aren't reported, since users of other programs may have further ones.
    static func misspellings(in json: [UInt8]) -> [String] {
        guard let user = Value(json: json)?.object else { return [] }
        let missing = known.filter { user[$0] == nil }
        return user.filter { !known.contains($0.name) }.compactMap { member in
            missing.first { NameDistance.isMisspelling(member.name, of: $0) }.map {
                "the member \"\(member.name)\" is ignored; did you mean \"\($0)\"?"
            }
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// How much a user says of itself.
public enum UserShape: Int, CaseIterable, Sendable {
    /// A user id.
    case one = 1
    /// User id, e-mail address, country, version of the app and one custom field.
    case five = 5
    /// Also IP address, user agent, locale and a company id.
    case nine = 9

    /// Makes a user.
    ///
    /// - Parameter id: Its id.
    /// - Returns: The user.
    public func user(_ id: String) -> User {
        switch self {
        case .one: User(userID: id)
        case .five:
            User(
                userID: id, email: "somebody@example.com", country: "NZ", appVersion: "3.10.2",
                custom: ["plan": "business"])
        case .nine:
            User(
                userID: id, customIDs: ["companyID": "c-20240229"], email: "somebody@example.com", ip: "1.2.3.4",
                userAgent: UserShape.userAgent, country: "NZ", locale: "en_NZ", appVersion: "3.10.2",
                custom: ["plan": "business"])
        }
    }

    private static let userAgent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The fields of a user with nine of them, held as a program would before it makes the user.
struct FullUser {
    private let email: String
    private let ip: String
    private let userAgent: String
    private let country: String
    private let locale: String
    private let appVersion: String
    private let customIDs: Object
    private let custom: Object

    init(_ user: User) throws {
        guard let email = user.email, let ip = user.ip, let userAgent = user.userAgent, let country = user.country,
            let locale = user.locale, let appVersion = user.appVersion
        else { throw Failure("the user hasn't all nine fields") }
        self.email = email
        self.ip = ip
        self.userAgent = userAgent
        self.country = country
        self.locale = locale
        self.appVersion = appVersion
        customIDs = user.customIDs
        custom = user.custom
    }

    func user(id: String) -> User {
        User(
            userID: id, customIDs: customIDs, email: email, ip: ip, userAgent: userAgent, country: country,
            locale: locale, appVersion: appVersion, custom: custom)
    }
}

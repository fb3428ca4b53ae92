// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Somebody to evaluate for.
struct DemoUser: Sendable {
    /// What is said about the user.
    let title: String
    let user: User

    /// In the sample project: one of the staff, one for whom experiments decide, and one whom a holdout keeps out.
    static let all = [
        DemoUser(title: "anna, anna@corp.example", user: User(userID: "anna", email: "anna@corp.example")),
        DemoUser(title: "mia, locale US", user: User(userID: "mia", locale: "US")),
        DemoUser(title: "ben", user: User(userID: "ben")),
    ]
}

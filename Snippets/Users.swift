// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

struct Account {
    var id: String
    var email: String
    var company: String?
    var plan: String
    var seats: Int
    var tags: [String]
    var birthYear: Int?
}

/// The user of a request: who is signed in, or an anonymous device.
func user(account: Account?, deviceID: String, headers: [String: String], clientAddress: String) -> User {
    guard let account else {
        return User(
            customIDs: ["stableID": deviceID], ip: clientAddress, userAgent: headers["user-agent"],
            locale: headers["accept-language"])
    }
    return User(
        userID: account.id, customIDs: ["stableID": deviceID, "companyID": account.company], email: account.email,
        ip: clientAddress, userAgent: headers["user-agent"],
        custom: ["plan": account.plan, "seats": account.seats, "tags": account.tags],
        privateAttributes: ["birthYear": account.birthYear])
}

/// A scope whose answers a tester may choose: `X-Flags: new_home, dark_mode`.
func scope(of client: GatehouseClient, for user: User, headers: [String: String], isTester: Bool) -> EvaluationScope {
    let flags = client.scope(for: user)
    guard isTester, let header = headers["x-flags"] else { return flags }
    return flags.overriding { overrides in
        for gate in header.split(separator: ",") {
            overrides.setGate(String(gate.drop { $0 == " " }), to: true)
        }
    }
}

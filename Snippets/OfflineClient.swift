// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import GatehouseTesting

let client = try GatehouseClient.offline {
    TestGate("new_checkout", .when(.email(endsWith: "@example.com")))
}
print(client.checkGate("new_checkout", for: User(userID: "u", email: "me@example.com")))

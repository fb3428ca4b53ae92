// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

let client = GatehouseClient(key: SDKKey("secret-…"))
await client.start()

let user = User(userID: "u1", email: "a@example.com")
if client.checkGate("new_checkout", for: user) {
    let price = client.dynamicConfig("pricing", for: user)["price", default: 9.99]
    print("The new checkout, at \(price)")
}

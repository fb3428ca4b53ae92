// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

let client = GatehouseClient(key: SDKKey("secret-…"))
await client.start()

let flags = client.scope(for: User(userID: "u1", email: "a@example.com"))
if flags.checkGate("new_checkout") {
    let price = flags.dynamicConfig("pricing")["price", default: 9.99]
    let label = flags.experiment("buy_button")["label", default: "Buy"]
    print("The new checkout: \(label) for \(price)")
}

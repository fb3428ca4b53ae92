// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

enum Color: String { case grey, blue }

struct Address: Decodable {
    var street: String
    var city: String
}

func read(_ flags: EvaluationScope) {
    let config = flags.dynamicConfig("pricing")
    let price = config["price", default: 9.99]
    let limit = config["limit", as: Int.self]
    let tags = config["tags", default: ["new"]]
    let color = config["color", default: Color.grey]
    let address = config["address", as: Address.self]
    let isOpen = flags.checkGate("payments_enabled", default: true)
    print(price, limit ?? 0, tags, color, address?.city ?? "", isOpen)
}

struct Catalog: Decodable, Sendable {
    var items: [String]
}

actor CatalogStore {
    private(set) var current: Catalog?

    func use(_ catalog: Catalog) { current = catalog }
}

func keepCatalog(of client: GatehouseClient, in store: CatalogStore) async throws {
    for await _ in client.changes(of: .dynamicConfig, named: "catalog") {
        let config = client.dynamicConfig("catalog", for: User(), logsExposure: false)
        await store.use(try config.decode(as: Catalog.self))
    }
}

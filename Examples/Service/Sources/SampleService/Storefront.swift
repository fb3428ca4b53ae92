// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

/// Decides what the shop's home page looks like: one gate, one layer, one experiment.
///
/// It knows a client and nothing of HTTP, so that its tests need no server.
struct Storefront: Sendable {
    let client: GatehouseClient

    /// What a user sees.
    struct Page: Encodable, Equatable {
        var isNew: Bool
        var color: String
        var size: Int
        /// The text of the button.
        var button: String
    }

    /// The page for a user; without a document, the page of old.
    func page(for user: User) -> Page {
        let flags = client.scope(for: user)
        guard flags.checkGate("new_home") else {
            return Page(isNew: false, color: "grey", size: 1, button: "Buy")
        }
        let layer = flags.layer("shop")
        return Page(
            isNew: true, color: layer["color", default: "grey"], size: layer["size", default: 1],
            button: flags.experiment("btn_test")["t", default: "Buy"])
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import Hummingbird

/// What the service answers.
struct Routes: Sendable {
    let client: GatehouseClient

    var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("home", use: home)
        router.get("checkout", use: checkout)
        router.get("health", use: health)
        return router
    }

    /// The home page, decided where tests get at it.
    @Sendable func home(_ request: Request, _ context: BasicRequestContext) throws -> Storefront.Page {
        Storefront(client: client).page(for: try user(of: request))
    }

    private func user(of request: Request) throws -> User {
        guard let userID = request.uri.queryParameters["userID"] else {
            throw HTTPError(.badRequest, message: "userID is missing")
        }
        return User(userID: String(userID))
    }

    /// What a user's checkout looks like.
    struct Checkout: ResponseEncodable {
        var showsNewHome: Bool
        var limit: Int
        var color: String
        /// The version of the document that all of it comes from.
        var documentTime: UInt64
    }

    /// Asks one scope for the whole request: its answers fit together, and each is logged as an exposure.
    @Sendable func checkout(_ request: Request, _ context: BasicRequestContext) throws -> Checkout {
        let flags = client.scope(for: try user(of: request))
        return Checkout(
            showsNewHome: flags.checkGate("new_home"),
            limit: flags.dynamicConfig("cfg")["limit", default: 5],
            color: flags.experiment("color_test")["color", default: "grey"],
            documentTime: flags.documentTime)
    }

    /// Ready as soon as there is a document; an old one is better than none, so `isStale` is for alerts.
    @Sendable func health(_ request: Request, _ context: BasicRequestContext) throws -> Response {
        let status = client.status
        var response = try context.responseEncoder.encode(status, from: request, context: context)
        response.status = status.isReady ? .ok : .serviceUnavailable
        return response
    }
}

extension Storefront.Page: ResponseEncodable {}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging

/// One method on one path: who may call it, what it does, and how the API's description tells it.
struct Operation: Sendable {
    let method: HTTPRequest.Method
    /// With parameters in braces.
    let path: String
    let endpoint: Endpoint
    /// Where a request may have its key beside the header.
    var keySources: KeySources = []
    let description: OperationDescription
    let handle: @Sendable (Request, Caller) async throws -> Response

    init(
        _ method: HTTPRequest.Method, _ path: String, _ endpoint: Endpoint, keySources: KeySources = [],
        _ description: OperationDescription,
        handle: @escaping @Sendable (Request, Caller) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.endpoint = endpoint
        self.keySources = keySources
        self.description = description
        self.handle = handle
    }
}

/// Who calls an operation, after the access matrix has let them.
struct Caller: Sendable {
    /// `nil` only where no key is needed.
    let key: Key?
    /// What the key sees of the project.
    let view: KeyView
    let parameters: Parameters
    let logger: Logger

    /// A part of the path.
    func parameter(_ name: String) -> String {
        guard let text = parameters.get(name) else { return "" }
        return text.removingPercentEncoding ?? text
    }

    /// Who changes something by this call.
    var actor: Actor { key.map(Actor.init) ?? .process }
}

/// Where a request may have its key, beside the header `STATSIG-API-KEY`, which always counts first.
struct KeySources: OptionSet {
    let rawValue: Int

    /// The last part of the path, `<key>.json`.
    static let path = KeySources(rawValue: 1)
    /// The query parameter `k`, for clients in browsers.
    static let query = KeySources(rawValue: 2)
    /// `Authorization: Bearer` and `X-API-Key`, for OpenFeature.
    static let openFeature = KeySources(rawValue: 4)

    /// The path parameter of ``path``.
    static let parameter = "file"

    /// What a request presents as key.
    func key(in request: Request, _ parameters: Parameters) -> String? {
        if let key = request.headers[.statsigAPIKey] { return key }
        if contains(.openFeature) {
            if let key = request.headers[.xAPIKey] { return key }
            if let value = request.headers[.authorization], value.lowercased().hasPrefix("bearer ") {
                return String(value.dropFirst(7))
            }
        }
        if contains(.query), let key = request.uri.queryParameters["k"] { return String(key) }
        guard contains(.path), let file = parameters.get(KeySources.parameter) else { return nil }
        for suffix in [".json", ".js"] where file.hasSuffix(suffix) { return String(file.dropLast(suffix.count)) }
        return file
    }
}

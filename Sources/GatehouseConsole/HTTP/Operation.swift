// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging

/// One method on one path: the permission it needs, its description in the OpenAPI document, and its function.
struct Operation: Sendable {
    let method: HTTPRequest.Method
    /// With parameters in braces.
    let path: String
    let permission: Permission
    /// The places of the key in a request, beside the header.
    var keySources: KeySources = []
    let description: OperationDescription
    /// The query parameters of a list of the Console API, which has no others; `nil` for all other operations.
    let listParameters: [String]?
    let handle: @Sendable (Request, Caller) async throws -> Response

    init(
        _ method: HTTPRequest.Method, _ path: String, _ permission: Permission, keySources: KeySources = [],
        _ description: OperationDescription,
        handle: @escaping @Sendable (Request, Caller) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.keySources = keySources
        self.description = description
        let parameters = description.parameters.filter { $0.place == .query }.map(\.name)
        let isList = Access.readingConsole.contains(permission) && !parameters.isEmpty
        listParameters = isList ? parameters : nil
        self.handle = handle
    }
}

/// The authorized caller of an operation.
struct Caller: Sendable {
    /// `nil` only where no key is needed.
    let key: Key?
    /// The part of the project that the key may see.
    let view: KeyView
    let parameters: Parameters
    let logger: Logger
    /// The base of URLs that the client can reach, for example `https://gates.example`.
    let origin: String
    /// The IP address of the client, `nil` when it isn't known.
    let address: String?

    /// A part of the path.
    func parameter(_ name: String) -> String {
        guard let text = parameters.get(name) else { return "" }
        return text.removingPercentEncoding ?? text
    }

    /// The author of changes by this call.
    var actor: Actor { key.map(Actor.init) ?? .process }
}

/// The places of the key in a request, beside the header `STATSIG-API-KEY`, which comes first.
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

    /// The text that a request presents as its key.
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

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

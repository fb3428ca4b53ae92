// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

/// The description of everything that is served.
struct OpenAPIRoutes {
    let described: [Operation]

    var operations: [Operation] {
        let document = JSON.bytes(OpenAPIDocument(operations: described).value)
        return [
            Operation(
                .get, "/openapi.json", .open,
                OperationDescription("openAPI", "This description.").tagged("Health").routine
            ) { _, _ in .json(document) }
        ]
    }
}

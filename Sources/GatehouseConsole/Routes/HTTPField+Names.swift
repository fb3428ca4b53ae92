// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes

extension HTTPField.Name {
    private static func named(_ name: String) -> HTTPField.Name {
        // Never nil: the names below are valid.
        HTTPField.Name(name) ?? .accept
    }

    static let statsigAPIKey = named("STATSIG-API-KEY")
    static let xAPIKey = named("X-API-Key")
    static let xSinceTime = named("x-since-time")
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes

/// What the access matrix says to a key at a door.
enum AccessDecision: Equatable {
    case allowed
    case denied(Reason)

    /// Why a key is refused.
    enum Reason: Equatable {
        case unknownKey, inactiveKey, wrongType
        case missingScope
    }
}

extension AccessDecision.Reason {
    /// The refusal: 401 for a key that doesn't belong there, 403 for one that lacks a permission.
    ///
    /// - Parameters:
    ///   - endpoint: Where the key was refused.
    ///   - presented: What the request gave as key.
    func error(at endpoint: Endpoint, presented: String?) -> APIError {
        guard self != .missingScope else {
            return APIError(.forbidden, "Insufficient permissions.")
        }
        let types = (Access.table[endpoint] ?? [:]).keys.map(\.rawValue).sorted().joined(separator: " or ")
        guard let presented else {
            return APIError(
                .unauthorized, "This endpoint only accepts an active \(types) key, but no key was sent.",
                headers: [.wwwAuthenticate: "STATSIG-API-KEY"])
        }
        return APIError(
            .unauthorized,
            "This endpoint only accepts an active \(types) key, but an invalid key was sent. "
                + "Key: \(KeyMask.mask(presented))",
            headers: [.wwwAuthenticate: "STATSIG-API-KEY"])
    }
}

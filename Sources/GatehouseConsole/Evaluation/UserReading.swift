// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

extension User {
    /// The user of a request's body, who has to be an object.
    init(requested value: Value?) throws(APIError) {
        guard let value, value.object != nil else { throw .invalid("user", "user must be an object") }
        do {
            self = try User(json: JSON.bytes(value))
        } catch {
            throw .invalid("user", "user can't be read: \(error.message)")
        }
    }
}

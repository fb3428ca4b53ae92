// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Scenario {
    /// Everything for a web or mobile client at once.
    public static let clientResponse = [
        Scenario(
            "client_response", .long,
            "the client-initialize response of the small document, for one user of 9 fields, into a buffer used before"
        ) {
            let project = try LoadedProject.small()
            let user = UserShape.nine.user(UserRing.id(0))
            var bytes: [UInt8] = []
            project.ruleset.clientInitializeResponse(for: user, in: project.context, into: &bytes)
            guard bytes.count > 1_000 else { throw WorkloadError("the response has only \(bytes.count) bytes") }
            return { count in
                for _ in 0..<count {
                    bytes.removeAll(keepingCapacity: true)
                    project.ruleset.clientInitializeResponse(for: user, in: project.context, into: &bytes)
                }
                return bytes.count
            }
        }
    ]
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

extension Scenario {
    /// Everything in the document that the environment names; none if it names no document.
    public static let document: [Scenario] = ExternalDocument.path == nil ? [] : [loadDocument, allOfIt, allItsGates]

    private static let loadDocument = Scenario("document_load", .veryLong, "compiling the document") {
        let bytes = try ExternalDocument.bytes()
        return { count in
            try (0..<count).reduce(0) { sum, _ in
                sum + (try Ruleset(document: bytes).metadata.checksum == nil ? 0 : 1)
            }
        }
    }

    private static let allOfIt = Scenario(
        "document_all_entities", .veryLong, "the whole results of all its entities, for one user of 9 fields"
    ) {
        let project = try LoadedProject(ExternalDocument.bytes())
        let user = UserShape.nine.user(UserRing.id(0))
        return { count in (0..<count).reduce(0) { sum, _ in sum + project.evaluateAll(for: user) } }
    }

    private static let allItsGates = Scenario(
        "document_check_all_gates", .veryLong, "checkGate of all its gates, for one user of 9 fields"
    ) {
        let project = try LoadedProject(ExternalDocument.bytes())
        let user = UserShape.nine.user(UserRing.id(0))
        return { count in (0..<count).reduce(0) { sum, _ in sum + project.checkAllGates(for: user) } }
    }
}

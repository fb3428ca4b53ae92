// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import Testing
import Workload

@Suite("Generated documents")
struct ProjectDocumentTests {
    private let bytes = ProjectDocument(.small).bytes

    @Test("a document has the size that was asked for, within 3 %", arguments: [60_000, 400_000, 1_000_000])
    func size(byteCount: Int) {
        let size = ProjectDocument(byteCount: byteCount).bytes.count
        #expect(abs(size - byteCount) * 100 <= byteCount * 3, "\(size)")
    }

    @Test("a document is the same every time")
    func isDeterministic() {
        #expect(ProjectDocument(.small).bytes == bytes)
    }

    @Test("a document is of the second format, without a malformed entity or a name given twice")
    func isValid() throws {
        let document = try Ruleset(document: bytes)
        #expect(document.documentFormat == .v2)
        #expect(document.issues.isEmpty)
        for names in [document.gateNames, document.configNames, document.layerNames] {
            #expect(Set(names).count == names.count)
        }
        #expect(document.gateNames.count > 50)
        #expect(document.configNames.count > 30)
        #expect(document.layerNames.count > 1)
    }

    @Test("every entity can be evaluated", arguments: UserShape.allCases)
    func canBeEvaluated(shape: UserShape) throws {
        let document = try Ruleset(document: bytes)
        let project = try LoadedProject(bytes)
        let user = shape.user(UserRing.id(1))
        for name in document.gateNames {
            #expect(project.ruleset.gate(name, for: user, in: project.context).reason == .recognized, "\(name)")
        }
        for name in document.configNames {
            #expect(project.ruleset.experiment(name, for: user, in: project.context).reason == .recognized, "\(name)")
        }
        for name in document.layerNames {
            #expect(project.ruleset.layer(name, for: user, in: project.context).reason == .recognized, "\(name)")
        }
        #expect(
            project.entityCount == document.gateNames.count + document.configNames.count + document.layerNames.count)
    }

    @Test("editions differ in time, checksum and one gate, and in no other place")
    func editions() throws {
        let next = ProjectDocument(.small, edition: 1).bytes
        #expect(next.count == bytes.count)
        let places = bytes.indices.filter { bytes[$0] != next[$0] }
        // A minute later, the next checksum, 11 % instead of 10 %.
        #expect(places.count == 3)
        let rulesets = try [bytes, next].map { try Ruleset(document: $0) }
        #expect(rulesets[1].metadata.time == rulesets[0].metadata.time + 60_000)
        #expect(rulesets[1].metadata.checksum != rulesets[0].metadata.checksum)
        let context = EvaluationContext(clock: { 0 })
        let passed = rulesets.map { ruleset in
            UserRing.ids.count {
                ruleset.checkGate(NamedEntity.changingGate.rawValue, for: User(userID: $0), in: context)
            }
        }
        #expect(passed[1] > passed[0])
    }
}

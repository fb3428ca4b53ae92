// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Scenario {
    /// One entity at a time, and all of them, for one user of five fields that is made before.
    public static let evaluation: [Scenario] =
        Question.all.map(reusedUser) + [unknownGate, handle, xxh3] + Question.detailed.map(reusedUser)
        + [allEntities, allGates]

    private static func reusedUser(_ question: Question) -> Scenario {
        Scenario(question.name, .short, question.summary) {
            let project = try LoadedProject.small()
            let user = UserShape.five.user(UserRing.id(0))
            try project.verify(question.entity, for: user)
            return { count in question.ask(project, count: count) { _ in user } }
        }
    }

    private static let unknownGate = Scenario(
        "check_unknown", .short, "checkGate of a name that the document doesn't have"
    ) {
        let project = try LoadedProject.small()
        let user = UserShape.five.user(UserRing.id(0))
        return { count in
            var passed = 0
            for _ in 0..<count where project.ruleset.checkGate("gate_unknown", for: user, in: project.context) {
                passed += 1
            }
            return passed
        }
    }

    private static let handle = Scenario("check_half_by_handle", .short, "checkGate of gate_half, looked up before") {
        let project = try LoadedProject.small()
        let user = UserShape.five.user(UserRing.id(0))
        let handle = project.ruleset.handle(for: .gate, named: NamedEntity.halfGate.rawValue)
        return { count in
            var passed = 0
            for _ in 0..<count where project.ruleset.checkGate(handle, for: user, in: project.context) { passed += 1 }
            return passed
        }
    }

    private static let xxh3 = Scenario(
        "check_half_xxh3", .short, "checkGate of gate_half in a document that buckets by XXH3 instead of SHA-256"
    ) {
        let project = try LoadedProject(ProjectDocument(byteCount: 60_000, bucketing: .xxh3).bytes)
        let user = UserShape.five.user(UserRing.id(0))
        try project.verify(.halfGate, for: user)
        let question = Question(entity: .halfGate, isCheck: true)
        return { count in question.ask(project, count: count) { _ in user } }
    }

    private static let allEntities = Scenario(
        "all_entities", .long, "the whole results of all entities of the small document, for one user of 9 fields"
    ) {
        let project = try LoadedProject.small()
        let user = UserShape.nine.user(UserRing.id(0))
        return { count in (0..<count).reduce(0) { sum, _ in sum + project.evaluateAll(for: user) } }
    }

    private static let allGates = Scenario(
        "check_all_gates", .long, "checkGate of all gates of the small document, for one user of 9 fields"
    ) {
        let project = try LoadedProject.small()
        let user = UserShape.nine.user(UserRing.id(0))
        return { count in (0..<count).reduce(0) { sum, _ in sum + project.checkAllGates(for: user) } }
    }
}

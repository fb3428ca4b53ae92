// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

extension Scenario {
    /// The making of users, and one entity at a time for a user that is made for each call.
    public static let users: [Scenario] =
        UserShape.allCases.map(making)
        + UserShape.allCases.flatMap { shape in Question.all.map { freshUser(shape, $0) } } + [allEntitiesFresh]

    private static func making(_ shape: UserShape) -> Scenario {
        Scenario("user_\(shape.rawValue)", .short, "making and freeing a user of \(shape.fields)") {
            return { count in
                var made = 0
                for turn in 0..<count { withExtendedLifetime(shape.user(UserRing.id(turn))) { made += 1 } }
                return made
            }
        }
    }

    private static func freshUser(_ shape: UserShape, _ question: Question) -> Scenario {
        Scenario(
            "\(question.name)_fresh_\(shape.rawValue)", .short,
            "\(question.summary), a new user of \(shape.fields) every time"
        ) {
            let project = try LoadedProject.small()
            try project.verify(question.entity, for: shape.user(UserRing.id(0)))
            return { count in question.ask(project, count: count) { shape.user(UserRing.id($0)) } }
        }
    }

    private static let allEntitiesFresh = Scenario(
        "all_entities_fresh_9", .long,
        "the whole results of all entities of the small document, for a new user of 9 fields"
    ) {
        let project = try LoadedProject.small()
        return { count in
            (0..<count).reduce(0) { $0 + project.evaluateAll(for: UserShape.nine.user(UserRing.id($1))) }
        }
    }
}

extension UserShape {
    fileprivate var fields: String { rawValue == 1 ? "1 field" : "\(rawValue) fields" }
}

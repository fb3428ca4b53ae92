// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// The document, context and commands of one run.
struct Session {
    private var ruleset: Ruleset?
    private var context = EvaluationContext(clock: Clocks.milliseconds)

    /// What ``open(_:)`` answers.
    struct Opened: Encodable {
        /// The bytes of heap memory that the ruleset takes.
        let rulesetByteCount: Int
    }

    mutating func open(_ request: Request) throws -> Opened {
        guard let path = request.document else { throw Failure("open needs a document") }
        let ruleset = try Ruleset(document: InputFile.bytes(of: path))
        self.ruleset = ruleset
        context = EvaluationContext(
            clock: Clocks.milliseconds,
            environment: request.environment,
            globalCustomFields: try request.globalCustomFields.map(Session.object) ?? [:],
            idLists: try InputFile.idLists(inFolder: request.idLists))
        return Opened(rulesetByteCount: ruleset.memoryByteCount)
    }

    func answers(_ request: Request) throws -> Answers {
        Answers(try evaluations(of: request), user: try user(of: request))
    }

    func time(_ request: Request) throws -> Timing {
        guard let scenario = request.scenario else { throw Failure("time needs a scenario") }
        let evaluations = try evaluations(of: request)
        let seconds = request.seconds ?? 0
        switch scenario {
        case .gates: return evaluations.timeGates(for: try user(of: request), seconds: seconds)
        case .results: return evaluations.timeResults(for: try user(of: request), seconds: seconds)
        case .values: return evaluations.timeValues(for: try user(of: request), seconds: seconds)
        case .everything: return evaluations.timeEverything(for: try user(of: request), seconds: seconds)
        case .clientResponse: return evaluations.timeClientResponse(for: try user(of: request), seconds: seconds)
        case .freshUser, .freshFullUser:
            guard let firstID = request.firstID else { throw Failure("time of fresh users needs firstID") }
            return evaluations.timeFreshUsers(
                like: scenario == .freshFullUser ? try FullUser(user(of: request)) : nil,
                ids: FreshIDs(first: firstID), count: request.idCount, seconds: seconds)
        }
    }

    private func evaluations(of request: Request) throws -> Evaluations {
        guard let ruleset else { throw Failure("open a document first") }
        return Evaluations(ruleset: ruleset, context: context, names: request.names ?? Names())
    }

    private func user(of request: Request) throws -> User {
        guard let json = request.user else { throw Failure("the request has no user") }
        return try User(json: Array(json.utf8))
    }

    private static func object(json: String) throws -> Object {
        try User(json: Array("{\"custom\":\(json)}".utf8)).custom
    }
}

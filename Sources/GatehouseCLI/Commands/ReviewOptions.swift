// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import GatehouseEvaluation
public import GatehouseReview
import GatehouseSpec

extension ReviewFormat: ExpressibleByArgument {}

/// The users that a review evaluates documents for.
struct PopulationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with a user on each line, maybe compressed with gzip, or - for standard input.", valueName: "file"))
    var users: String?

    @Option(
        help: ArgumentHelp(
            "The number of users to make up, with values that the conditions tell apart.", valueName: "n"))
    var sample: Int?

    @Option(help: ArgumentHelp("Decides the made-up users.", valueName: "number"))
    var seed: UInt64 = 1

    private static let maximumSample = 100_000_000

    mutating func validate() throws {
        guard users == nil || sample == nil else { throw ValidationError("give one of --users FILE and --sample N") }
        if let sample, !(1...PopulationOptions.maximumSample).contains(sample) {
            throw ValidationError("--sample is a number from 1 to \(PopulationOptions.maximumSample)")
        }
    }

    /// The users, `nil` without an option for them.
    ///
    /// - Parameter rulesets: The documents whose conditions made-up users meet.
    /// - Returns: The users.
    /// - Throws: ``CommandFailure/input(_:)`` if the file can't be opened.
    func population(for rulesets: [Ruleset]) throws(CommandFailure) -> Population? {
        if let users { return Population(lines: users == "-" ? .standardInput : try InputFile(path: users)) }
        guard let sample else { return nil }
        return Population(SampledUsers(for: rulesets, seed: seed), count: sample)
    }
}

extension ContextOptions {
    /// The context that the options describe, with a clock that stands and nothing left to chance.
    func fixedContext() throws(CommandFailure) -> EvaluationContext {
        let context = try context()
        let time = context.clock()
        return EvaluationContext(
            clock: { time }, random: { 0.5 }, environment: context.environment,
            globalCustomFields: context.globalCustomFields, idLists: context.idLists)
    }
}

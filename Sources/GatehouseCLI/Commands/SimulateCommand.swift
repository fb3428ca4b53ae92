// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation
import GatehouseReview

/// `gatehouse simulate`: how a document shares a population out.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Show how a document shares a population out.",
        usage: """
            gatehouse simulate <spec> (--users <file> | --sample <n> [--seed <number>])
                [--format text|json|markdown|github]
                [--id-lists <dir>] [--environment <tier>] [--global-custom-fields <json>] [--now <time>]
            """,
        discussion: """
            The command evaluates all gates, configs, experiments and layers for each user, and compares the units that \
            percentages, groups and allocations get with what they promise, by a χ² test. A unit that several users \
            have counts once.

            The exit code is 0 for success, 1 if a share deviates (p below 0.001 over all tests together) or for a bad \
            input, 2 for wrong arguments.
            """)

    @Argument(help: ArgumentHelp("The document: a file, a URL, or - for standard input.", valueName: "spec"))
    var spec: String

    @OptionGroup
    var populationOptions: PopulationOptions

    @Option(help: "text for reading, json for programs, markdown for comments, github for annotations.")
    var format = ReviewFormat.text

    @OptionGroup
    var contextOptions: ContextOptions

    mutating func validate() throws {
        guard populationOptions.users != nil || populationOptions.sample != nil else {
            throw ValidationError("give one of --users FILE and --sample N")
        }
        guard spec != "-" || populationOptions.users != "-" else {
            throw ValidationError("the document and the users can't both come from standard input")
        }
    }

    func run() async throws(CommandFailure) {
        let source = DocumentSource(spec)
        let ruleset = try await DocumentFile(reviewing: source).ruleset
        guard var population = try populationOptions.population(for: [ruleset]) else { return }
        var simulation = Simulation(ruleset, in: try contextOptions.fixedContext())
        try population.forEach { simulation.add($0) }
        let report = SimulationReport(simulation, file: source.name)
        try System.write(Array(report.text(format).utf8), to: System.standardOutput)
        if let summary = population.summaryOfMalformedLines { throw .input(summary) }
        let deviations = simulation.deviations.count
        guard deviations == 0 else {
            throw .input("\(deviations) \(deviations == 1 ? "share deviates" : "shares deviate")")
        }
    }
}

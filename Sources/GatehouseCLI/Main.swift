// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The command `gatehouse`.
@main
struct Gatehouse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "Evaluates feature gates, configs, experiments and layers of a config-spec document.",
        version: "0.1.0",
        subcommands: [EvaluateCommand.self, InitializeCommand.self, ServeCommand.self, DemoCommand.self])

    // The parser would exit with 64 when called wrongly, and print several lines.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            failure.exit(calledCommand)
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            CommandFailure.usage(message(for: error)).exit(calledCommand)
        }
    }

    /// The subcommand that was called, or the one that is called most.
    private static var calledCommand: String {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        return CommandLine.arguments.dropFirst().first { names.contains($0) } ?? "evaluate"
    }
}

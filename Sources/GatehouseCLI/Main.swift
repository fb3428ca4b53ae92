// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation

/// The command `gatehouse`.
@main
struct GatehouseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "Evaluates feature gates, configs, experiments and layers of a config-spec document.",
        version: Release.version,
        subcommands: [
            EvaluateCommand.self, CheckCommand.self, FormatCommand.self, DiffCommand.self, LintCommand.self,
            ExplainCommand.self, SimulateCommand.self, StaleCommand.self, DownloadCommand.self, InitializeCommand.self,
            ServeCommand.self, KeysCommand.self, SyncCommand.self, DemoCommand.self,
        ])

    // The parser exits with code 64 for wrong arguments and prints several lines; this command exits with 2 and prints one.
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

    /// The subcommand that was called, `evaluate` if none was.
    private static var calledCommand: String {
        let names = configuration.subcommands.compactMap { $0.configuration.commandName }
        return CommandLine.arguments.dropFirst().first { names.contains($0) } ?? "evaluate"
    }
}

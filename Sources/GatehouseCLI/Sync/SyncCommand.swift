// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation

/// `gatehouse sync`: makes a console have what a folder has, or the other way round.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Make a console have the entities of a folder, or a folder those of a console.",
        usage: """
            gatehouse sync <dir> --to <url> [--console-key <key>] [--delete] [--dry-run]
            gatehouse sync <dir> --from <url> [--console-key <key>] [--delete] [--dry-run]
            """,
        discussion: """
            The folder has a JSON file for each entity, as in gates/my_gate.json, with the members of the request that \
            creates it, and environments.json. The families are unit_id_types, tags, target_app, segments, gates, \
            dynamic_configs, layers, experiments, autotunes, holdouts and param_stores. Members that a file leaves out \
            stay as they are at the console. A second run does nothing.

            Overrides of users, IDs of segments, and the times of starts and decisions aren't synchronized.

            EXAMPLES:
              Write what a console has:
                gatehouse sync flags --from http://127.0.0.1:8000

              What would change, in continuous integration:
                gatehouse sync flags --to https://console.example.com --dry-run

            The key is the key itself, file:PATH for a file with it (mode 0600), or env:NAME for an environment variable.

            The exit code is 0 when nothing is left to do, 3 when --dry-run finds differences, 1 for a failure, 2 for wrong \
            arguments.
            """)

    /// The exit code of `--dry-run` with differences.
    private static let differenceCode: Int32 = 3

    @Argument(help: ArgumentHelp("The folder.", valueName: "dir"))
    var folder: String

    @Option(help: ArgumentHelp("The URL of the console that gets what the folder has.", valueName: "url"))
    var to: String?

    @Option(help: ArgumentHelp("The URL of the console whose entities the folder gets.", valueName: "url"))
    var from: String?

    @Option(help: ArgumentHelp("A console key.", valueName: "key"))
    var consoleKey = "env:GATEHOUSE_CONSOLE_KEY"

    @Flag(help: "Delete what the other side doesn't have. It stays otherwise.")
    var delete = false

    @Flag(help: "Print the plan and change nothing.")
    var dryRun = false

    func validate() throws {
        guard (to == nil) != (from == nil) else { throw ValidationError("give either --to or --from") }
    }

    func run() async throws {
        let console = ConsoleClient(url: to ?? from ?? "", key: try KeyArgument(consoleKey).secret())
        let result: Result<Void, any Error>
        do {
            if to != nil { try await push(console) } else { try await pull(console) }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await console.close()
        try result.get()
    }

    // MARK: - To a console

    private func push(_ console: ConsoleClient) async throws {
        let plan = try await SyncPlan(EntityFolder(path: folder), console, deletes: delete)
        if dryRun || !plan.problems.isEmpty {
            for step in plan.steps { try write(step.text) }
            try fail(plan.problems)
            try summarize(plan.steps.count, "to make", plan)
            if !plan.steps.isEmpty { throw ExitCode(SyncCommand.differenceCode) }
            return
        }
        var count = 0
        let refusals = try await plan.apply(to: console) { step in
            count += 1
            try write(step.text)
        }
        try fail(refusals)
        try summarize(count, "made", plan)
    }

    private func summarize(_ count: Int, _ word: String, _ plan: SyncPlan) throws {
        let kept = plan.keptCount == 0 ? "" : ", \(plan.keptCount) at the console only"
        try write("\(count) changes \(word), \(plan.unchangedCount) entities unchanged\(kept)")
    }

    /// Ends the command after it has reported what can't be done.
    private func fail(_ problems: [String]) throws(CommandFailure) {
        guard let last = problems.last else { return }
        for problem in problems.dropLast() { Diagnostics.error(problem) }
        throw .input(last)
    }

    // MARK: - From a console

    private func pull(_ console: ConsoleClient) async throws {
        let folder = EntityFolder(path: folder)
        let local = System.exists(folder.path) ? try folder.entities() : [:]
        let remote = try await RemoteEntities(console)
        var changes: [(text: String, make: () throws -> Void)] = []
        var found: Set<EntityName> = []
        var unchanged = 0
        for (name, view) in remote.entities.sorted(by: { $0.key < $1.key }) {
            guard let schema = remote.schemas[name.family] else { continue }
            if view["isVerbatim"] == true || view["status"]?.string?.lowercased() == "archived" {
                Diagnostics.warning("\(name) is left out: it is archived, or was imported as it is")
                continue
            }
            found.insert(name)
            let members = schema.filed(view)
            guard local[name] != members else {
                unchanged += 1
                continue
            }
            let verb = local[name] == nil ? "create" : "update"
            changes.append(("\(verb) \(name)", { try folder.write(members, to: folder.file(of: name)) }))
        }
        let environments = remote.environments.map { environment in
            Object(environment.filter { $0.name != "id" && $0.value != .null }.map { ($0.name, $0.value) })
        }
        if try !System.exists(folder.path) || folder.environments() != environments {
            let file = "\(folder.path)/\(EntityFolder.environments).json"
            let members: Object = [EntityFolder.environments: .array(environments.map(Value.object))]
            changes.append(("update environments", { try folder.write(members, to: file) }))
        }
        let others = local.keys.filter { !found.contains($0) }.sorted()
        if delete {
            for name in others { changes.append(("delete \(name)", { try folder.remove(folder.file(of: name)) })) }
        }
        for change in changes {
            if !dryRun { try change.make() }
            try write(change.text)
        }
        let kept = delete || others.isEmpty ? "" : ", \(others.count) in the folder only"
        try write("\(changes.count) changes \(dryRun ? "to make" : "made"), \(unchanged) entities unchanged\(kept)")
        if dryRun, !changes.isEmpty { throw ExitCode(SyncCommand.differenceCode) }
    }

    private func write(_ line: String) throws(CommandFailure) {
        try System.write(Array("\(PlainText.oneLine(line))\n".utf8), to: System.standardOutput)
    }
}

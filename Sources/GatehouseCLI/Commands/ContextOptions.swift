// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GatehouseEvaluation

/// What commands ask for beside a document and a user.
struct ContextOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A folder with a file for each ID list, named like the list.", valueName: "dir"))
    var idLists: String?

    @Option(help: ArgumentHelp("The environment tier, for example staging.", valueName: "tier"))
    var environment: String?

    @Option(help: ArgumentHelp("Custom fields for every user, as JSON object.", valueName: "json"))
    var globalCustomFields: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The time to evaluate at in ms since 1970, instead of the current one.", valueName: "ms"))
    var now: Int64?

    /// The context that the options describe.
    func context() throws(CommandFailure) -> EvaluationContext {
        // Typed throws and closures don't go together in `map`.
        var fields = Object()
        if let globalCustomFields { fields = try CustomFields.object(json: globalCustomFields) }
        var lists = IDLists()
        if let idLists { lists = try IDListFolder.lists(at: idLists) }
        var clock = System.now
        if let now { clock = { now } }
        return EvaluationContext(clock: clock, environment: environment, globalCustomFields: fields, idLists: lists)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Gatehouse
import GatehouseEvaluation

/// The options that describe the evaluation context.
struct ContextOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder with a file for each ID list; the file has the name of the list.", valueName: "dir"))
    var idLists: String?

    @Option(help: ArgumentHelp("The environment tier, for example staging.", valueName: "tier"))
    var environment: String?

    @Option(help: ArgumentHelp("A JSON object with custom fields for every user.", valueName: "json"))
    var globalCustomFields: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The time of the evaluation: a date such as 2026-06-01 or 2026-06-01T12:00:00Z, or ms since 1970.",
            discussion: "Without it, the current time.", valueName: "time"))
    var now: EvaluationTime?

    /// The context that the options describe.
    func context() throws(CommandFailure) -> EvaluationContext {
        // `map` with a throwing closure loses the type of the error.
        var fields = Object()
        if let globalCustomFields { fields = try CustomFields.object(json: globalCustomFields) }
        var lists = IDLists()
        if let idLists { lists = try IDListFolder.lists(at: idLists) }
        var clock: @Sendable () -> Int64 = { SystemTime().wallTime() }
        if let now { clock = { now.milliseconds } }
        return EvaluationContext(clock: clock, environment: environment, globalCustomFields: fields, idLists: lists)
    }
}

/// Parses the custom fields of `--global-custom-fields`.
struct EvaluationTime: ExpressibleByArgument {
    /// Ms since 1970.
    let milliseconds: Int64

    /// - Parameter argument: Ms since 1970, a date with a time and an offset as in RFC 3339, or a date alone, which is
    ///   midnight UTC.
    init?(argument: String) {
        let times = [argument, argument + "T00:00:00Z"].lazy.compactMap { text in
            text.withTextBytes { TimestampText.targetSide($0.bytes) }
        }
        guard let time = times.first else { return nil }
        milliseconds = time
    }
}

enum CustomFields {
    static func object(json: String) throws(CommandFailure) -> Object {
        var copy = json
        let result = copy.withUTF8 { bytes -> Result<Object, CommandFailure> in
            guard let base = bytes.baseAddress else { return .failure(failure(.unexpectedEnd, at: 0)) }
            var reader = JSONReader(Text(base: base, count: bytes.count))
            do throws(JSONError) {
                let value = try reader.value()
                reader.skipWhitespace()
                guard reader.position == reader.end else { throw JSONError(.unexpectedByte, at: reader.position) }
                guard let object = value.object else {
                    return .failure(.input("--global-custom-fields: expected a JSON object"))
                }
                return .success(object)
            } catch {
                return .failure(failure(error.kind, at: error.offset))
            }
        }
        return try result.get()
    }

    private static func failure(_ kind: JSONError.Kind, at offset: Int) -> CommandFailure {
        .input("--global-custom-fields: column \(offset + 1): \(kind.rawValue)")
    }
}

/// A folder whose files are ID lists.
enum IDListFolder {
    /// Reads each regular file of a folder as the ID list with the name of the file.
    static func lists(at path: String) throws(CommandFailure) -> IDLists {
        var lists = IDLists()
        for name in try System.entries(ofFolder: path) {
            let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            guard System.isRegularFile(file) else { continue }
            lists[name] = IDList(content: try InputFile(path: file).contents())
        }
        return lists
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec

/// A file with an expectation on each line, for `gatehouse check`.
struct ExpectationFile {
    let path: String

    /// Evaluates all lines.
    ///
    /// - Parameters:
    ///   - document: The document.
    ///   - options: Time, environment and so on of the lines that don't have their own.
    /// - Returns: A line for each expectation that fails.
    /// - Throws: ``CommandFailure/input(_:)`` for a line that isn't an expectation.
    func failures(of document: DocumentFile, in options: ContextOptions) throws(CommandFailure) -> [String] {
        var reader = LineReader(path == "-" ? .standardInput : try InputFile(path: path))
        let context = try options.context()
        var failures: [String] = []
        while let line = try reader.next() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let location = "\(reader.file.name):\(reader.lineNumber)"
            let expectation = try Expectation(line, at: location)
            guard let failure = expectation.failure(of: document, in: context) else { continue }
            failures.append("\(location): \(failure)")
        }
        return failures
    }
}

/// What a document has to answer for a user.
struct Expectation {
    private var user = User()
    private var name = ""
    private var kind: EntryKind?
    private var value: Value?
    private var parameters: Object?
    private var rule: String?
    /// `.some(nil)` for the expectation of no group.
    private var group: String??
    private var time: Int64?
    private var environment: String?

    private static let members = [
        "user", "name", "kind", "value", "parameters", "rule", "group", "time", "environment",
    ]

    /// - Parameters:
    ///   - line: One JSON object.
    ///   - location: The location of the line, for messages.
    /// - Throws: ``CommandFailure/input(_:)`` for a line that isn't an expectation.
    init(_ line: [UInt8], at location: String) throws(CommandFailure) {
        guard let object = Value(json: line)?.object else { throw .input("\(location): expected a JSON object") }
        for member in object {
            switch (member.name, member.value) {
            case ("user", .object):
                do {
                    user = try User(json: member.value.jsonBytes)
                    for line in UserMembers.misspellings(in: member.value.jsonBytes) {
                        Diagnostics.warning("\(location): user: \(line)")
                    }
                } catch {
                    throw .input("\(location): user: \(error)")
                }
            case ("name", .string(let text)): name = text
            case ("kind", .string(let text)):
                guard let known = EntryKind(word: text) else {
                    throw .input(
                        "\(location): the kind \"\(text)\" is unknown; it is gate, config, experiment, layer or parameter"
                    )
                }
                kind = known
            case ("value", let expected): value = expected
            case ("parameters", .object(let expected)): parameters = expected
            case ("rule", .string(let text)): rule = text
            case ("group", .string(let text)): group = .some(text)
            case ("group", .null): group = .some(nil)
            case ("time", .integer(let milliseconds)): time = milliseconds
            case ("time", .string(let text)):
                guard let date = EvaluationTime(argument: text) else {
                    throw .input("\(location): time: \"\(text)\" is neither a date nor ms since 1970")
                }
                time = date.milliseconds
            case ("environment", .string(let text)): environment = text
            default:
                let isKnown = Expectation.members.contains(member.name)
                let hint = NameSuggestions.hint(for: member.name, among: Expectation.members)
                throw .input(
                    isKnown
                        ? "\(location): the member \"\(member.name)\" has a value of another type"
                        : "\(location): the member \"\(member.name)\" is unknown\(hint)")
            }
        }
        guard !name.isEmpty else { throw .input("\(location): the member \"name\" is missing") }
        guard value != nil || parameters != nil || rule != nil || group != nil else {
            throw .input("\(location): give at least one of value, parameters, rule and group")
        }
    }

    /// What the document answers otherwise, `nil` when it answers as expected.
    func failure(of document: DocumentFile, in shared: EvaluationContext) -> String? {
        let named = document.catalog.entries.filter { Catalog.areSame($0.name, name) }
        let entries = named.filter { kind == nil || $0.kind == kind }
        guard let entry = entries.first else {
            let known = document.catalog.entries.map(\.name)
            return "no entity is named \"\(name)\"\(NameSuggestions.hint(for: name, among: known))"
        }
        if entries.count > 1 { return "\"\(name)\" is a name of several kinds; give kind" }
        let answer = answer(of: entry, document.ruleset, in: context(shared))
        var faults: [String] = []
        if let value, !Expectation.areSame(value, answer.value) {
            faults.append("value is \(answer.value), expected \(value)")
        }
        for parameter in parameters ?? [:] {
            let found = answer.value.object?[parameter.name]
            guard found.map({ Expectation.areSame($0, parameter.value) }) != true else { continue }
            faults.append(
                "parameter \"\(parameter.name)\" is \(found?.description ?? "missing"), expected \(parameter.value)")
        }
        if let rule, rule != answer.rule { faults.append("rule is \"\(answer.rule)\", expected \"\(rule)\"") }
        if let group, group != answer.group {
            faults.append("group is \(quoted(answer.group)), expected \(quoted(group))")
        }
        return faults.isEmpty ? nil : "\(name) for \(user): \(faults.joined(separator: "; "))"
    }

    private func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "none" }

    private func context(_ shared: EvaluationContext) -> EvaluationContext {
        guard time != nil || environment != nil else { return shared }
        var clock = shared.clock
        if let time { clock = { time } }
        return EvaluationContext(
            clock: clock, environment: environment ?? shared.environment,
            globalCustomFields: shared.globalCustomFields, idLists: shared.idLists)
    }

    private func answer(
        of entry: CatalogEntry, _ ruleset: Ruleset, in context: EvaluationContext
    ) -> (value: Value, rule: String, group: String?) {
        func parameterized(_ result: some ParameterizedResult) -> (value: Value, rule: String, group: String?) {
            (Value(json: Array(result.json.utf8)) ?? .null, result.ruleID, result.evaluation.groupName)
        }
        switch entry.kind {
        case .gate:
            let gate = ruleset.gate(entry.name, for: user, in: context)
            return (.bool(gate.value), gate.ruleID, gate.evaluation.groupName)
        case .dynamicConfig: return parameterized(ruleset.dynamicConfig(entry.name, for: user, in: context))
        case .experiment: return parameterized(ruleset.experiment(entry.name, for: user, in: context))
        case .layer: return parameterized(ruleset.layer(entry.name, for: user, in: context))
        case .parameter:
            let reading = ruleset.parameterStore(entry.store, for: user, in: context).read(entry.parameter)
            return (reading.value ?? .null, reading.source?.ruleID ?? "", reading.source?.evaluation.groupName)
        }
    }

    /// Whether two values are the same but for the order of members and the spelling of numbers.
    private static func areSame(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { areSame($0, $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { member in right[member.name].map { areSame(member.value, $0) } ?? false }
        default: left == right || (left.double != nil && left.double == right.double)
        }
    }
}

extension EntryKind {
    /// The kind of a word of an expectation.
    fileprivate init?(word: String) {
        switch word {
        case "config": self = .dynamicConfig
        case "parameter": self = .parameter
        default: self.init(rawValue: word)
        }
    }
}

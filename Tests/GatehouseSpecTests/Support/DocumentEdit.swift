// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// A change that makes the next version of a document.
struct DocumentEdit: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// How many specs have to be compiled for the next version, `nil` where that isn't checked.
    let compiled: Int?
    let apply: @Sendable (inout DocumentPieces) -> Void

    init(_ name: String, compiles count: Int? = nil, _ apply: @escaping @Sendable (inout DocumentPieces) -> Void) {
        testDescription = name
        compiled = count
        self.apply = apply
    }

    /// The next version.
    func applied(to pieces: DocumentPieces) -> DocumentPieces {
        var result = pieces
        apply(&result)
        return result
    }

    /// Changes of entities.
    static let ofEntities = unchanged + changes + moves + names + faults + spaces
    /// Changes of parts that only format v2 has, or that both formats have in the same form.
    static let ofTheRest = headers + conditions

    // MARK: - Entities

    private static let unchanged = [
        DocumentEdit("nothing", compiles: 0) { _ in },
        DocumentEdit("time and checksum", compiles: 0) {
            $0[json: "time"] = "1800000000000"
            $0[json: "checksum"] = "\"new\""
        },
        DocumentEdit("members in reverse", compiles: 0) { $0.members.reverse() },
    ]

    private static let changes: [DocumentEdit] =
        DocumentPieces.specSections.flatMap { section in
            [(0.0, "first"), (0.5, "middle"), (1.0, "last")].flatMap { fraction, name in
                [
                    DocumentEdit("\(name) of \(section) changed", compiles: 1) {
                        $0[section].change(at: fraction) { $0.withOtherSalts }
                    },
                    DocumentEdit("\(name) of \(section) removed", compiles: 0) {
                        _ = $0[section].removeEntry(at: fraction)
                    },
                    DocumentEdit("one more as \(name) of \(section)", compiles: 1) {
                        let entry = $0[section].isEmpty ? "" : $0[section][0]
                        $0[section].insertEntry(entry.renamed("one more"), at: fraction)
                    },
                ]
            }
        } + [
            DocumentEdit("a default", compiles: 1) {
                $0["feature_gates"].change(at: 0) {
                    $0.replacing("\"defaultValue\":false", with: "\"defaultValue\":true")
                }
            },
            DocumentEdit("all gates") { $0["feature_gates"] = $0["feature_gates"].map(\.withOtherSalts) },
            DocumentEdit("everything") { pieces in
                for section in DocumentPieces.specSections { pieces[section] = pieces[section].map(\.withOtherSalts) }
                pieces["condition_map"] = pieces["condition_map"].map { "\($0.dropLast()) }" }
            },
            DocumentEdit("every other gate") {
                $0["feature_gates"] = $0["feature_gates"].enumerated().map {
                    $0.offset % 2 == 0 ? $0.element : $0.element.withOtherSalts
                }
            },
        ]

    private static let moves = [
        DocumentEdit("gates in reverse") { $0["feature_gates"].reverse() },
        DocumentEdit("the first gate last", compiles: 1) {
            $0["feature_gates"].insertEntry($0["feature_gates"].removeEntry(at: 0), at: 1)
        },
        DocumentEdit("the first gate second", compiles: 1) { $0["feature_gates"].swapAt(0, 1) },
        DocumentEdit("the last gate first") {
            $0["feature_gates"].insertEntry($0["feature_gates"].removeEntry(at: 1), at: 0)
        },
        DocumentEdit("a gate as config") {
            $0["dynamic_configs"].insertEntry($0["feature_gates"].removeEntry(at: 0), at: 0)
        },
        DocumentEdit("fewer gates", compiles: 0) { $0["feature_gates"].removeSubrange(3..<40) },
        DocumentEdit("far fewer gates") { $0["feature_gates"].removeSubrange(1..<70) },
        DocumentEdit("hardly any gates") { $0["feature_gates"] = Array($0["feature_gates"].prefix(2)) },
        DocumentEdit("no gates") { $0["feature_gates"] = [] },
        DocumentEdit("many more gates") { pieces in
            let gates = pieces["feature_gates"]
            pieces["feature_gates"].insert(contentsOf: gates.prefix(70).map { $0.renamed("more of ") }, at: 5)
        },
        DocumentEdit("no configs and layers", compiles: 0) {
            $0["dynamic_configs"] = []
            $0["layer_configs"] = []
        },
    ]

    private static let names = [
        DocumentEdit("another name", compiles: 1) { $0["feature_gates"].change(at: 0.2) { $0.renamed("other ") } },
        DocumentEdit("a name spelt with escapes", compiles: 1) {
            $0["feature_gates"].change(at: 0.2) { $0.renamed(#"\u0041\/\""#) }
        },
        DocumentEdit("an empty name") { pieces in
            pieces["feature_gates"].change(at: 0.1) { $0.renamed("", keepingRest: false) }
        },
        DocumentEdit("the same gate twice", compiles: 1) {
            $0["feature_gates"].insertEntry($0["feature_gates"][7], at: 1)
        },
        DocumentEdit("the same name twice, the later gate new", compiles: 1) {
            $0["feature_gates"].insertEntry($0["feature_gates"][7].withOtherSalts, at: 1)
        },
        // The loader takes the new one for a change of the later one, and compiles everything up to that anew.
        DocumentEdit("the same name twice, the earlier gate new") {
            $0["feature_gates"].insertEntry($0["feature_gates"][7].withOtherSalts, at: 0)
        },
        DocumentEdit("the same name in two spellings", compiles: 1) { pieces in
            pieces["feature_gates"].change(at: 0) { $0.renamed("x", keepingRest: false) }
            let entry = pieces["feature_gates"][0].withOtherSalts
            pieces["feature_gates"].insertEntry(entry.renamed(#"\u0078"#, keepingRest: false), at: 1)
        },
    ]

    // MARK: - Faults and spaces

    private static let faults = [
        DocumentEdit("a malformed gate", compiles: 0) { $0["feature_gates"].change(at: 0.4, \.malformed) },
        DocumentEdit("several malformed entities", compiles: 0) { pieces in
            for section in DocumentPieces.specSections {
                for fraction in [0, 0.6, 1] { pieces[section].change(at: fraction, \.malformed) }
            }
        },
        DocumentEdit("something new in front of malformed gates", compiles: 1) {
            $0["feature_gates"].insertEntry($0["feature_gates"][0].renamed("in front "), at: 0)
        },
    ]

    private static let spaces = [
        DocumentEdit("white space between entities", compiles: 0) { $0.separator = " \n,\t\r\n" },
        DocumentEdit("white space inside of entities") { pieces in
            for section in DocumentPieces.specSections + ["condition_map"] {
                pieces[section] = pieces[section].map { $0.replacing(",\"", with: " ,\n \"") }
            }
        },
    ]

    // MARK: - The rest of the document

    private static let headers: [DocumentEdit] =
        [
            ("app_id", ["\"app_1\"", "\"other\"", "[\"x\",\"APP_1\"]", "null", "7"]),
            ("default_environment", ["\"staging\"", "\"\"", "null", "\"\\u00e9\""]),
            ("bucketing", ["\"xxh3\"", "\"sha256\"", "null"]),
            ("param_stores", ["{}", "null", #"{"":{"parameters":{}}}"#]),
            ("cmab_configs", ["{}", "null"]), ("overrides", ["{}", "null"]), ("override_rules", ["{}", "null"]),
            ("experiment_to_layer", ["{}"]), ("company_id", ["\"other\"", "null"]),
        ].flatMap { name, values in
            values.map { value in
                DocumentEdit("\(name) as \(value as String)", compiles: 0) { pieces in pieces[json: name] = value }
            }
                + (name == "experiment_to_layer"
                    ? [] : [DocumentEdit("without \(name)", compiles: 0) { $0[json: name] = nil }])
        }
        + [
            ("param_stores", "\"gate_1", "\"gate_2"), ("cmab_configs", "true", "false"),
            ("overrides", "or_3", "or_0"), ("override_rules", "100", "1"),
        ].map { name, old, new in
            DocumentEdit("\(name) changed", compiles: 0) {
                $0[json: name] = $0[json: name]?.withOtherSalts.replacing(old, with: new)
            }
        }

    private static let conditions = [
        DocumentEdit("shared conditions changed", compiles: 0) { pieces in
            for fraction in [0, 0.2, 0.5, 1] {
                pieces["condition_map"].change(at: fraction) { $0.replacing("\"any", with: "\"none") }
            }
            pieces["condition_map"].change(at: 0.1) { $0.replacing("\"type\":", with: "\"type\":\"public\",\"was\":") }
        },
        DocumentEdit("shared conditions removed", compiles: 0) { pieces in
            for fraction in [0, 0.1, 0.2, 0.5, 1] { pieces["condition_map"].removeIfAny(at: fraction) }
        },
        DocumentEdit("half of the shared conditions removed") { pieces in
            pieces["condition_map"].removeFirst(pieces["condition_map"].count / 2)
        },
        DocumentEdit("no shared conditions", compiles: 0) { $0["condition_map"] = [] },
        DocumentEdit("shared conditions in reverse") { $0["condition_map"].reverse() },
        DocumentEdit("shared conditions with other ids", compiles: 0) { pieces in
            for fraction in [0, 0.5, 1] { pieces["condition_map"].change(at: fraction) { "\"0" + $0.dropFirst() } }
        },
        DocumentEdit("a shared condition twice", compiles: 0) { pieces in
            guard let entry = pieces["condition_map"].first else { return }
            pieces["condition_map"].insertEntry(
                entry.replacing("\"type\":", with: "\"type\":\"public\",\"was\":"), at: 1)
        },
    ]
}

extension [String] {
    private func index(at fraction: Double) -> Int { Int((Double(Swift.max(count - 1, 0)) * fraction).rounded()) }

    /// Changes the entry at a fraction of the list: 0 is the first, 1 the last.
    fileprivate mutating func change(at fraction: Double, _ body: (String) -> String) {
        if !isEmpty { self[index(at: fraction)] = body(self[index(at: fraction)]) }
    }

    fileprivate mutating func removeEntry(at fraction: Double) -> String { remove(at: index(at: fraction)) }

    fileprivate mutating func removeIfAny(at fraction: Double) {
        if !isEmpty { _ = removeEntry(at: fraction) }
    }

    fileprivate mutating func insertEntry(_ entry: String, at fraction: Double) {
        insert(entry, at: fraction == 1 ? count : index(at: fraction))
    }
}

extension String {
    /// The entry with other salts.
    var withOtherSalts: String { replacing("\"salt\":\"", with: "\"salt\":\"other ") }

    /// The entry without a salt, which makes it malformed.
    fileprivate var malformed: String { replacing("\"salt\":", with: "\"salz\":") }

    /// The entry with `prefix` in front of its name, or instead of it.
    func renamed(_ prefix: String, keepingRest: Bool = true) -> String {
        let key = "\"name\":\""
        // A list's entries have their name inside, as their last member.
        let start = hasPrefix("{") ? ranges(of: key).last?.upperBound : index(after: startIndex)
        guard let start, let end = self[start...].firstIndex(of: "\"") else { return self }
        return self[..<start] + prefix + self[(keepingRest ? start : end)...]
    }
}

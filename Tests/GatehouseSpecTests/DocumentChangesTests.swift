// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseSpec
import Testing
import TestSupport

@Suite("Which entities a document changes")
struct DocumentChangesTests {
    private func document(_ time: UInt64 = 1, _ change: (inout DocumentBuilder) -> Void = { _ in }) -> DocumentBuilder {
        var document = DocumentBuilder(time: time)
        for index in 0..<50 { document.gate("gate-\(index)", .init("rule", .everyone)) }
        document.config("config", .init("rule", .everyone, returns: ["a": 1]))
        document.experiment("experiment", .init("rule", .everyone, returns: ["a": 1]))
        document.layer("layer", .init("rule", .everyone, returns: ["a": 1]))
        change(&document)
        return document
    }

    /// The changes, which are the same whether the new document was loaded with the old one or by itself.
    private func changes(
        _ new: DocumentBuilder, since old: DocumentBuilder, _ location: SourceLocation = #_sourceLocation
    ) throws -> DocumentChanges {
        let before = try old.ruleset()
        let changes = try Ruleset(document: new.document, replacing: before).changes(since: before)
        #expect(try new.ruleset().changes(since: before) == changes, sourceLocation: location)
        return changes
    }

    @Test("Nothing but the time")
    func nothing() throws {
        let changes = try changes(document(2), since: document(1))
        #expect(changes.isEmpty && "\(changes)" == "none")
        #expect(try document().ruleset().changes(since: document().ruleset()).isEmpty)
    }

    @Test("Added, changed and removed, at the start, in the middle and at the end")
    func all() throws {
        for index in [0, 20, 49] {
            let name = "gate-\(index)"
            let changed = try changes(document(2) { $0.gate(name, .init("other", .everyone)) }, since: document())
            #expect(changed.gates.changed == [name] && changed.gates.added == [] && changed.gates.removed == [])
            #expect(changed.configs.isEmpty && changed.layers.isEmpty && "\(changed)" == "1 gate changed")
        }
        let added = try changes(document(2) { $0.gate("new", .init("rule", .everyone)) }, since: document())
        #expect(added.gates.added == ["new"] && added.gates.changed == [] && added.gates.removed == [])
        let removed = try changes(document(2), since: document { $0.gate("old", .init("rule", .everyone)) })
        #expect(removed.gates.removed == ["old"] && removed.gates.changed == [] && removed.gates.added == [])
    }

    @Test("A condition that a rule asks for before the document has it, and one that goes away")
    func danglingConditions() throws {
        let without = document { $0.gate("asks", .init("rule", .absent)) }
        var conditions = Value(json: without.document)?.object?["condition_map"]?.object ?? [:]
        conditions["absent"] = conditions.first?.value
        let with = document { builder in
            builder.gate("asks", .init("rule", .absent))
            builder.members["condition_map"] = .object(conditions)
        }
        #expect(try changes(with, since: without).gates.changed == ["asks"])
        #expect(try changes(without, since: with).gates.changed == ["asks"])
    }

    @Test("Each kind by itself")
    func kinds() throws {
        let changes = try changes(
            document(2) {
                $0.config("config", .init("rule", .everyone, returns: ["a": 2]))
                $0.experiment("experiment", .init("rule", .everyone, returns: ["a": 2]))
                $0.experiment("another", .init("rule", .everyone))
                $0.layer("layer", .init("rule", .everyone, returns: ["a": 2]))
            }, since: document())
        #expect(changes.gates.isEmpty)
        #expect(changes.configs.changed == ["config", "experiment"] && changes.configs.added == ["another"])
        #expect(changes.layers.changed == ["layer"])
        #expect("\(changes)" == "1 config added, 2 configs changed, 1 layer changed")
        #expect(changes.configs.contains("another") && !changes.configs.contains("layer"))
    }

    @Test("A condition that keeps its ID and becomes another changes its entities")
    func condition() throws {
        var old = document()
        old.gate("asks", .init("rule", .field("plan", "any", ["pro"])))
        let text = old.text
        let changed = text.replacing(#"["pro"]"#, with: #"["free"]"#)
        #expect(changed != text)
        let before = try Ruleset(document: Array(text.utf8))
        let after = try Ruleset(document: Array(changed.utf8), replacing: before)
        #expect(after.changes(since: before).gates.changed == ["asks"])
    }

    @Test("Another order is no change, names that look the same are two, and an empty ruleset has nothing")
    func oddities() throws {
        var (one, two) = (DocumentBuilder(time: 1), DocumentBuilder(time: 2))
        for name in ["a", "b", "c", "\u{E9}"] { one.gate(name) }
        for name in ["c", "a", "e\u{301}", "b"] { two.gate(name) }
        let changes = try changes(two, since: one)
        #expect(changes.gates.changed == [])
        #expect(changes.gates.added.map { Array($0.utf8) } == [Array("e\u{301}".utf8)])
        #expect(changes.gates.removed.map { Array($0.utf8) } == [Array("\u{E9}".utf8)])
        #expect(try one.ruleset().changes(since: Ruleset()).gates.added.count == 4)
        #expect(try Ruleset().changes(since: one.ruleset()).gates.removed.count == 4)
        #expect(Ruleset().changes(since: Ruleset()).isEmpty)
    }

    @Test("The sample project: parameter stores and everything else, against nothing and itself")
    func sample() throws {
        let ruleset = try Ruleset(document: Fixture.bytes("sample/sample-dcs-v2.json"))
        let all = ruleset.changes(since: Ruleset())
        let entities = ruleset.entities
        #expect(all.gates.added.count == entities.count { [.gate, .segment, .holdout].contains($0.kind) })
        #expect(
            all.configs.added.count
                == entities.count { [.dynamicConfig, .experiment, .autotune].contains($0.kind) })
        #expect(all.layers.added.count == entities.count { $0.kind == .layer })
        #expect(all.parameterStores.added.count == entities.count { $0.kind == .parameterStore })
        #expect(ruleset.changes(since: ruleset).isEmpty)
    }

    @Test("Kinds are those that the document says")
    func entities() throws {
        var document = document()
        document.gate("segment:a", .init("rule", .everyone))
        let entities = try document.ruleset().entities
        #expect(entities.count == 54)
        #expect(entities.first == entities.first { $0.name == "gate-0" })
        func kind(_ name: String) -> DocumentEntity.Kind? { entities.first { $0.name == name }?.kind }
        #expect(kind("segment:a") == .segment && kind("config") == .dynamicConfig && kind("layer") == .layer)
        #expect(kind("experiment") == .experiment && kind("gate-7") == .gate)
        #expect(Ruleset().entities == [])
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation
import GatehouseSpec
import TestSupport
import Testing

/// Rulesets share memory with those that they replace: it is freed when the last of them is.
@Suite("Memory of documents that replace others")
struct ReplacingMemoryTests {
    private static let users = (0..<4).map { User(userID: "user-\($0)", email: "a") }
    private static let context = EvaluationContext(clock: { 1_700_000_000_000 }, random: { 0.5 })

    /// A project of simple gates, each with a number.
    struct Gates {
        var numbers: [Int]

        init(count: Int) {
            numbers = [Int](repeating: 0, count: count)
        }

        var document: [UInt8] {
            var text = "{\"has_updates\":true,\"time\":1,\"dynamic_configs\":{},\"layer_configs\":{},"
            text += "\"condition_map\":{\"c\":{\"type\":\"public\",\"idType\":\"\"}},\"experiment_to_layer\":{},"
            let gates = numbers.enumerated().map { index, number in
                """
                "gate \(index)":{"type":"t","salt":"salt \(number)","enabled":true,"defaultValue":false,"rules":[\
                {"name":"r","id":"rule \(number)","passPercentage":50,"returnValue":{"number":\(number)},\
                "idType":"userID","conditions":["c"],"groupName":"\\u0041 group with an escape"}],\
                "idType":"userID","entity":"feature_gate","version":\(number)}
                """
            }
            text += "\"feature_gates\":{\(gates.joined(separator: ",\n"))}}"
            return Array(text.utf8)
        }

        /// Whether each gate answers with its number.
        func areAnswered(by ruleset: Ruleset) -> Bool {
            numbers.indices.allSatisfy { index in
                let gate = ruleset.gate("gate \(index)", for: users[0], in: context)
                return gate.version == UInt32(numbers[index])
                    && [gate.evaluation.passed ? "rule \(numbers[index])" : "default", "rule \(numbers[index])"]
                        .contains(gate.ruleID)
            }
        }
    }

    private static func answers(_ ruleset: Ruleset) -> RulesetAnswers {
        RulesetAnswers(ruleset, users: users, context: context)
    }

    // MARK: - Many replacements

    @Test("A ruleset can be replaced any number of times, without growing beyond bounds")
    func chain() throws {
        var gates = Gates(count: 120)
        var ruleset = try Ruleset(document: gates.document)
        let size = ruleset.memoryByteCount
        var largest = 0
        var compiled = 0
        for step in 1...300 {
            gates.numbers[step * 7 % gates.numbers.count] = step
            let next = try Ruleset(document: gates.document, replacing: ruleset)
            compiled += next.compiledAnew(since: ruleset).specs
            ruleset = next
            #expect(gates.areAnswered(by: ruleset))
            largest = max(largest, ruleset.memoryByteCount)
            if step % 30 == 0 {
                let differences = try Self.answers(ruleset)
                    .differences(from: Self.answers(Ruleset(document: gates.document)))
                #expect(differences.isEmpty, "\(step): \(differences.joined(separator: "\n"))")
            }
        }
        // Memory of replaced entries is unused until a document is loaded as a whole.
        #expect(largest < size * 5 / 2)
        // Most changes compile one gate.
        #expect(compiled < 300 * 20)
    }

    @Test("Entries behind many changed ones are shared")
    func manyChanges() throws {
        var gates = Gates(count: 400)
        let ruleset = try Ruleset(document: gates.document)
        for index in 20..<110 { gates.numbers[index] = 1 }
        let next = try Ruleset(document: gates.document, replacing: ruleset)
        #expect(gates.areAnswered(by: next))
        #expect(next.compiledAnew(since: ruleset) == (90, 0))
    }

    @Test("A document that replaces itself many times needs no more memory than once", arguments: [2, 120])
    func unchanged(count: Int) throws {
        let bytes = Gates(count: count).document
        var ruleset = try Ruleset(document: bytes)
        let size = ruleset.memoryByteCount
        for _ in 0..<200 {
            ruleset = try Ruleset(document: bytes, replacing: ruleset)
            #expect(ruleset.memoryByteCount < size * 5 / 2 + 65_536)
        }
    }

    @Test("The memory of a document that shrinks is freed")
    func shrinking() throws {
        var gates = Gates(count: 2_000)
        var ruleset = try Ruleset(document: gates.document)
        let size = ruleset.memoryByteCount
        gates.numbers.removeLast(1_995)
        ruleset = try Ruleset(document: gates.document, replacing: ruleset)
        #expect(gates.areAnswered(by: ruleset))
        #expect(ruleset.memoryByteCount < size / 4)
    }

    @Test("A document that grows step by step is loaded as a whole from time to time")
    func growing() throws {
        var gates = Gates(count: 1)
        var ruleset = try Ruleset(document: gates.document)
        for step in 1...40 {
            gates.numbers += [Int](repeating: step, count: 10)
            ruleset = try Ruleset(document: gates.document, replacing: ruleset)
            #expect(gates.areAnswered(by: ruleset))
        }
        #expect(try ruleset.memoryByteCount < Ruleset(document: gates.document).memoryByteCount * 5 / 2)
    }

    // MARK: - Lifetimes

    @Test("The previous ruleset is freed at once, except for what the new one shares")
    func previousFreed() throws {
        let pieces = try DocumentPieces(Fixture.bytes("conformance/syn_core_1/spec.json.gz"))
        var changed = pieces
        changed["feature_gates"][5] = changed["feature_gates"][5].withOtherSalts
        changed["condition_map"].remove(at: 9)
        let expected = try Self.answers(Ruleset(document: changed.bytes))
        var previous: Ruleset? = try Ruleset(document: pieces.bytes)
        weak let observed = previous
        let next = try Ruleset(document: changed.bytes, replacing: #require(previous))
        previous = nil
        #expect(observed == nil)
        let differences = Self.answers(next).differences(from: expected)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    @Test("Results stay valid when their ruleset and its successors are released")
    func results() throws {
        var gates = Gates(count: 30)
        var ruleset: Ruleset? = try Ruleset(document: gates.document)
        var results: [(GateEvaluation, DynamicConfigEvaluation, Explanation)] = []
        let name = "gate 3"
        for step in 1...100 {
            gates.numbers[3] = step
            ruleset = try ruleset.map { try Ruleset(document: gates.document, replacing: $0) }
            guard let ruleset else { return }
            results.append(
                (
                    ruleset.gate(name, for: Self.users[0], in: Self.context),
                    ruleset.dynamicConfig(name, for: Self.users[0], in: Self.context),
                    ruleset.explain(.gate, name, for: Self.users[0], in: Self.context)
                ))
        }
        weak let observed = ruleset
        ruleset = nil
        #expect(observed != nil)
        #expect(results.map { Int($0.0.version ?? 0) } == Array(1...100))
        #expect(results.allSatisfy { $0.2.ruleID == $0.0.ruleID && $0.0.ruleID.hasPrefix("rule ") })
        #expect(Set(results.map(\.0.value)) == [true, false])
        results = []
        #expect(observed == nil)
    }

    @Test("A handle of a replaced ruleset finds its entity in the new one")
    func handles() throws {
        var gates = Gates(count: 20)
        let ruleset = try Ruleset(document: gates.document)
        let handles = (0..<20).map { ruleset.handle(for: .gate, named: "gate \($0)") }
        gates.numbers.removeSubrange(4..<9)
        gates.numbers[2] = 7
        let next = try Ruleset(document: gates.document, replacing: ruleset)
        for (index, handle) in handles.enumerated() {
            for user in Self.users {
                let expected = next.checkGate("gate \(index)", for: user, in: Self.context)
                #expect(next.checkGate(handle, for: user, in: Self.context) == expected)
            }
        }
    }

    @Test("Rulesets can replace the same one at once, while it is in use")
    func concurrency() async throws {
        let base = try Ruleset(document: Gates(count: 80).document)
        let expected = Self.answers(base)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 1...8 {
                group.addTask {
                    var gates = Gates(count: 80)
                    var ruleset = base
                    for step in 1...5 {
                        gates.numbers[task * 9 + step] = task
                        ruleset = try Ruleset(document: gates.document, replacing: step % 2 == 0 ? base : ruleset)
                        guard gates.areAnswered(by: ruleset) else { return false }
                    }
                    return Self.answers(base).differences(from: expected).isEmpty
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }

    // MARK: - The caller's bytes

    @Test("Bytes that change after the call don't change the ruleset", arguments: [false, true])
    func mutation(replaces: Bool) throws {
        var gates = Gates(count: 40)
        let previous = try Ruleset(document: gates.document)
        gates.numbers[11] = 5
        var bytes = gates.document
        let ruleset =
            try replaces ? Ruleset(document: bytes, replacing: previous) : Ruleset(document: bytes)
        for index in bytes.indices { bytes[index] = UInt8(ascii: "x") }
        #expect(gates.areAnswered(by: ruleset))
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: Gates(count: 40).document)
        #expect(gates.areAnswered(by: ruleset))
        bytes = []
        #expect(gates.areAnswered(by: ruleset))
        // Nor does it change what comes after it.
        gates.numbers[12] = 6
        #expect(try gates.areAnswered(by: Ruleset(document: gates.document, replacing: ruleset)))
    }

    @Test("Bytes that change after the call don't change what the new version has compiled anew")
    func mutationOfEverything() throws {
        let pieces = try DocumentPieces(Fixture.bytes("conformance/syn_all_2/spec.json.gz"))
        var changed = pieces
        for name in ["param_stores", "cmab_configs", "overrides", "override_rules", "app_id", "default_environment"] {
            changed[json: name] = changed[json: name]?.replacing(",\"", with: " , \"")
        }
        for section in DocumentPieces.specSections {
            for index in stride(from: 0, to: changed[section].count, by: 9) {
                changed[section][index] = changed[section][index].withOtherSalts
            }
        }
        let expected = try Self.answers(Ruleset(document: changed.bytes))
        let previous = try Ruleset(document: pieces.bytes)
        var bytes = changed.bytes
        let ruleset = try Ruleset(document: bytes, replacing: previous)
        #expect(ruleset.compiledAnew(since: previous).specs < 50)
        for index in bytes.indices { bytes[index] = UInt8(ascii: "x") }
        let differences = Self.answers(ruleset).differences(from: expected)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    @Test("The address of the bytes doesn't matter")
    func provenance() throws {
        var gates = Gates(count: 40)
        let document = gates.document
        gates.numbers[3] = 3
        let changed = gates.document
        let padded = [1, 2, 3] + changed + [4]
        var roomy: [UInt8] = []
        roomy.reserveCapacity(1 << 20)
        roomy.append(contentsOf: changed)
        let sources: [() -> [UInt8]] = [
            { Array(padded[3..<(3 + changed.count)]) }, { Array(padded.dropFirst(3).dropLast()) }, { roomy },
            { Array(Data(changed)) }, { Array(String(decoding: changed, as: UTF8.self).utf8) },
            { changed.lazy.map { $0 } + [] }, { Array(changed.lazy.filter { _ in true }) },
            { Array(changed.withUnsafeBytes { Data($0) as NSData } as Data) },
            {
                Array(unsafeUninitializedCapacity: changed.count * 2) { buffer, count in
                    count = buffer.initialize(fromContentsOf: changed)
                }
            },
        ]
        for source in sources {
            #expect(try gates.areAnswered(by: Ruleset(document: source())))
            var previous: Ruleset? = try Ruleset(document: source())
            let unchanged = try Ruleset(document: source(), replacing: #require(previous))
            #expect(unchanged.compiledAnew(since: try #require(previous)) == (0, 0))
            previous = nil
            #expect(gates.areAnswered(by: unchanged))
            let older = try Ruleset(document: document)
            #expect(try gates.areAnswered(by: Ruleset(document: source(), replacing: older)))
        }
    }
}

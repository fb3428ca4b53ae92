// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import GatehouseReview
import GatehouseSpec
import TestSupport

typealias Rule = DocumentBuilder.Rule
typealias Condition = DocumentBuilder.Condition

/// Random numbers that a seed decides.
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func once(in count: Int) -> Bool { below(count) == 0 }
    mutating func pick<T>(_ elements: [T]) -> T { elements[below(elements.count)] }
}

extension EvaluationContext {
    /// A context whose clock stands and that leaves nothing to chance.
    static var test: EvaluationContext { EvaluationContext(clock: { 1_750_000_000_000 }, random: { 0.5 }) }
}

/// Random documents in which every kind of entity asks others.
struct RandomProject {
    static let gates = ["a", "b", "c", "d"]
    static let configs = ["x", "y", "z", "exp1", "exp2"]
    static let layers = ["l1", "l2"]

    static func document(_ random: inout TestRandom) -> Value {
        var builder = DocumentBuilder()
        for name in gates { builder.add(gate: name, rules(&random, gates: gates.filter { $0 > name }, isGate: true)) }
        for name in configs {
            let rules = rules(&random, gates: gates, isGate: false)
            if name.hasPrefix("exp") { builder.add(experiment: name, rules) } else { builder.add(config: name, rules) }
        }
        for name in layers {
            builder.add(layer: name, rules(&random, gates: gates, isGate: false, delegates: ["exp1", "exp2", "gone"]))
        }
        builder.members["param_stores"] = [
            "store": [
                "parameters": [
                    "p": [
                        "ref_type": "gate", "param_type": "string", "gate_name": .string(random.pick(gates)),
                        "pass_value": "on", "fail_value": "off",
                    ],
                    "q": [
                        "ref_type": "layer", "param_type": "number", "layer_name": .string(random.pick(layers)),
                        "param_name": "n",
                    ],
                ]
            ]
        ]
        if random.once(in: 3) {
            builder.map(
                "x", to: "y", Rule("o", .field("plan", "any", ["pro"]), percentage: .integer(Int64(random.below(101)))))
        }
        return Value(json: builder.document) ?? .null
    }

    static func rules(
        _ random: inout TestRandom, gates: [String], isGate: Bool, delegates: [String] = []
    ) -> [Rule] {
        (0..<random.below(4)).map { index in
            var rule = Rule("r\(index)")
            rule.conditions = (0..<random.below(3)).map { _ in condition(&random, gates: gates) }
            rule.percentage = .integer(random.once(in: 2) ? 100 : Int64(random.below(101)))
            rule.returns = isGate ? .bool(!random.once(in: 4)) : ["n": .integer(Int64(random.below(3))), "s": "t"]
            if random.once(in: 3) { rule.group = "g\(random.below(2))" }
            if random.once(in: 3) { rule.isGroup = true }
            if !delegates.isEmpty, random.once(in: 2) { rule.delegate = random.pick(delegates) }
            if random.once(in: 2) { rule.salt = "salt\(random.below(2))" }
            if random.once(in: 4) { rule.idType = "companyID" }
            return rule
        }
    }

    /// Gates whose rules all read attributes or ask other gates, so that most answers can be flipped.
    static func attributeDocument(_ random: inout TestRandom) -> Value {
        var builder = DocumentBuilder()
        for name in gates {
            let rules = (0..<1 + random.below(3)).map { index in
                var rule = Rule("r\(index)")
                rule.conditions = (0..<1 + random.below(3)).map { _ in
                    condition(&random, gates: gates.filter { $0 > name }, kinds: 0..<6)
                }
                rule.returns = .bool(!random.once(in: 5))
                return rule
            }
            builder.add(gate: name, rules)
        }
        return Value(json: builder.document) ?? .null
    }

    static func condition(
        _ random: inout TestRandom, gates: [String], kinds: Range<Int> = 0..<9
    ) -> Condition {
        switch kinds.lowerBound + random.below(kinds.count) {
        case 0 where !gates.isEmpty: .gate(.string(random.pick(gates)))
        case 1 where !gates.isEmpty: .notGate(.string(random.pick(gates)))
        case 2:
            .field(
                "plan", random.pick(["any", "none"]),
                .array([.string(random.pick(plans)), .string(random.pick(plans))]))
        case 3: .field("age", random.pick(["gt", "lt", "gte", "lte"]), .integer(Int64(random.below(4) * 10)))
        case 4:
            .field(
                "version", random.pick(["version_gte", "version_lt"]), .string(random.pick(["1.0", "2.0", "2.5.1"])))
        case 5: .field("email", "str_contains_any", .array([.string(random.pick(["@a", "@b"]))]))
        case 6:
            Condition(
                type: "user_bucket", operator: random.pick(["lt", "gte"]),
                target: .integer(Int64(random.below(11) * 100)),
                salt: random.pick(["s1", "s2"]))
        case 7:
            Condition(type: "experiment_group", operator: "any", target: ["g0"], field: random.pick(["exp1", "exp2"]))
        default: .everyone
        }
    }

    static let plans = ["pro", "free", "team"]

    static func user(_ random: inout TestRandom, _ index: Int) -> User {
        var user = User(userID: "u\(index)")
        if !random.once(in: 3) { user.custom["plan"] = .string(random.pick(plans)) }
        if !random.once(in: 3) { user.custom["age"] = .integer(Int64(random.below(40))) }
        if !random.once(in: 3) { user.custom["version"] = .string(random.pick(["0.9", "1.0", "2.0.0", "2.5.1", "3"])) }
        if !random.once(in: 3) { user.email = random.pick(["x@a.example", "y@b.example", "z"]) }
        if !random.once(in: 3) { user.customIDs["companyID"] = .string("c\(random.below(50))") }
        return user
    }

    // MARK: - Changes

    /// Changes up to three values of a document, most of them where an answer depends on them.
    static func mutated(_ document: Value, _ random: inout TestRandom) -> Value {
        var result = document
        for _ in 0..<(1 + random.below(3)) { result = changed(result, &random, depth: 0) }
        return result
    }

    private static func changed(_ value: Value, _ random: inout TestRandom, depth: Int) -> Value {
        switch value {
        case .object(var object):
            guard !object.isEmpty else { return value }
            if depth == 2, random.once(in: 12) {
                object[object[random.below(object.count)].name] = nil
                return .object(object)
            }
            let names = object.map(\.name).filter { !["has_updates", "time", "type", "name"].contains($0) }
            guard !names.isEmpty else { return value }
            let name = random.pick(names)
            object[name] = object[name].map { changed($0, &random, depth: depth + 1) }
            return .object(object)
        case .array(var elements):
            guard !elements.isEmpty else { return value }
            let index = random.below(elements.count)
            switch random.below(6) {
            case 0: elements.swapAt(index, random.below(elements.count))
            case 1: elements.remove(at: index)
            default: elements[index] = changed(elements[index], &random, depth: depth + 1)
            }
            return .array(elements)
        case .string(let text):
            let others =
                gates + configs + plans + ["any", "none", "gt", "lt", "userID", "companyID", "s1", "s2", text + "1"]
            return .string(random.pick(others))
        case .bool(let bool): return .bool(!bool)
        case .integer: return .integer(Int64(random.below(11) * 10))
        default: return value
        }
    }

    /// The same document in another order of everything whose order doesn't count, with another time.
    static func shuffled(_ value: Value, _ random: inout TestRandom, isTop: Bool = true) -> Value {
        switch value {
        case .object(let object):
            var members = object.map { ($0.name, shuffled($0.value, &random, isTop: false)) }
            members.shuffle(using: &random)
            var result = Object(members)
            if isTop { result["time"] = .integer(Int64(1_700_000_000_001 + random.below(1_000))) }
            if let target = result["targetValue"]?.array, result["operator"]?.string != "eq" {
                result["targetValue"] = .array((target + target).shuffled(using: &random))
            }
            return .object(result)
        case .array(let elements): return .array(elements.map { shuffled($0, &random, isTop: false) })
        default: return value
        }
    }

    static func ruleset(_ document: Value) -> Ruleset? { try? Ruleset(document: document.jsonBytes) }
}

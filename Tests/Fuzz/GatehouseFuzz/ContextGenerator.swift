// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Makes contexts with a fixed time and a fixed random number.
enum ContextGenerator {
    static func context(_ random: inout FuzzRandom) -> EvaluationContext {
        let times: [Int64] = [1_700_000_000_000, 0, .max, .min, -1]
        let time = random.once(in: 4) ? random.pick(times, or: 0) : 1_700_000_000_000
        let chances = [0, 0.25, 0.999_999, 1, .nan, -1]
        let chance = random.pick(chances, or: 0)
        var lists = IDLists()
        if !random.once(in: 3) {
            lists["list"] = IDList(content: "+47DEQpj8\n+a4ayc/80\n-47DEQpj8\n+ypeBEsob\r\n+\n-\n*x\n+short\n".utf8)
        }
        let globals: Object = ["plan": "pro", "level": 5, "é": [1, 2.5, nil], "tier": "staging"]
        return EvaluationContext(
            clock: { time }, random: { chance },
            environment: random.once(in: 2) ? nil : random.pick(["staging", "", "É"]),
            globalCustomFields: random.once(in: 2) ? [:] : globals, idLists: lists,
            countryLookup: random.once(in: 8) ? nil : IP3Country(), overrides: overrides(&random))
    }

    private static func overrides(_ random: inout FuzzRandom) -> LocalOverrides {
        var overrides = LocalOverrides()
        guard random.once(in: 4) else { return overrides }
        let object: Object = ["a": 1, "é": ["x": nil], "a": "last", "n": .double(.nan)]
        for index in 0..<4 where random.once(in: 2) {
            let unit = random.once(in: 2) ? nil : random.pick(WeirdValues.texts)
            overrides.setGate("gate\(index)", to: random.once(in: 2), for: unit)
            overrides.setDynamicConfig("exp\(index)", to: object, for: unit)
            overrides.setExperiment("exp\(index)", to: random.once(in: 2) ? .group("Test") : .value(object), for: unit)
            overrides.setLayer("layer\(index)", to: object, for: unit)
        }
        if random.once(in: 3) { overrides.setParameterStore("store", to: object) }
        if random.once(in: 9) { overrides.removeAll(named: "exp0") }
        return overrides
    }
}

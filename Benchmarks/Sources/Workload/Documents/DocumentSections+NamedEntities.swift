// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension DocumentSections {
    /// Adds the named entities.
    ///
    /// - Parameter edition: Decides the percentage of `gate_changing`.
    mutating func addNamedEntities(edition: Int) {
        addGates(edition: edition)
        addNestedGates()
        addConfig()
        addExperiment(.experiment, salt: "salt_experiment", assignment: "{\"-1\":true}", shared: [])
        addLayer()
    }

    private mutating func addGate(_ gate: NamedEntity, percentage: Int = 100, _ condition: String) {
        addGate(gate.rawValue, [rule(of: gate.rawValue, 1, percentage, [condition])])
    }

    private mutating func addGate(_ name: String, _ rules: [String]) {
        gates.add(name, SpecText.gate(rules, salt: "salt_\(name)"))
    }

    private func rule(of gate: String, _ number: Int, _ percentage: Int, _ conditions: [String]) -> String {
        SpecText.rule(
            "\(gate)_rule_\(number)", percentage: percentage, conditions: conditions, returns: "true",
            salt: "salt_\(gate)_rule_\(number)")
    }

    private mutating func addGates(edition: Int) {
        let everybody = condition(SpecText.condition("public"))
        addGate(.publicGate, everybody)
        addGate(.halfGate, percentage: 50, everybody)
        addGate(.changingGate, percentage: 10 + edition % 80, everybody)
        addGate(
            .stringSetGate,
            condition(
                SpecText.condition(
                    "user_field", operator: "any", field: "userID", target: SpecText.strings(UserRing.listed))))
        addGate(
            .versionGate,
            condition(
                SpecText.condition("user_field", operator: "version_gte", field: "appVersion", target: "\"3.2.1\"")))
        addGate(
            .idListGate,
            condition(
                SpecText.condition(
                    "unit_id", operator: "in_segment_list", target: "\"\(NamedEntity.idList)\"")))
    }

    private mutating func asks(_ gate: String, type: String = "pass_gate") -> String {
        condition(SpecText.condition(type, target: "\"\(gate)\""))
    }

    private mutating func addNestedGates() {
        addGate(.nestedGate, asks(NamedEntity.halfGate.rawValue))

        // The chain ends in a percentage; each link but the last passes what the next one says.
        func link(_ number: Int) -> String { "gate_chain_\(number)" }
        for number in 2..<NamedEntity.chainLength {
            let next = asks(link(number + 1))
            addGate(link(number), [rule(of: link(number), 1, 100, [next])])
        }
        let last = link(NamedEntity.chainLength)
        let everybody = condition(SpecText.condition("public"))
        addGate(last, [rule(of: last, 1, 90, [everybody])])

        // Two rules that no user passes, and that ask gates, come before the chain.
        let name = NamedEntity.heavilyNestedGate.rawValue
        let first = [
            asks(NamedEntity.publicGate.rawValue, type: "fail_gate"), asks(NamedEntity.stringSetGate.rawValue),
        ]
        let second = [
            asks(NamedEntity.publicGate.rawValue, type: "fail_gate"), asks(NamedEntity.versionGate.rawValue),
            asks(NamedEntity.nestedGate.rawValue),
        ]
        let third = [asks(link(2)), asks(NamedEntity.publicGate.rawValue)]
        addGate(name, [rule(of: name, 1, 100, first), rule(of: name, 2, 100, second), rule(of: name, 3, 100, third)])
    }

    private mutating func addConfig() {
        let staff = condition(
            SpecText.condition(
                "user_field", operator: "str_ends_with_any", field: "email", target: "[\"@example.org\"]"))
        let countries = condition(
            SpecText.condition("user_field", operator: "any", field: "country", target: "[\"AU\",\"IE\",\"SG\"]"))
        let everybody = condition(SpecText.condition("public"))
        func value(_ size: Int) -> String {
            """
            {"title":"Welcome","size":\(size),"ratio":0.25,"enabled":true,"steps":["look","choose","pay"],\
            "theme":{"dark":false,"accent":"#3366cc"}}
            """
        }
        let rules = [(staff, 12), (countries, 16), (everybody, 20)].enumerated().map { number, rule in
            SpecText.rule(
                "config_rule_\(number)", conditions: [rule.0], returns: value(rule.1), salt: "salt_config_\(number)")
        }
        configs.add(
            NamedEntity.config.rawValue,
            SpecText.spec(
                type: "dynamic_config", entity: "dynamic_config", salt: "salt_config", defaultValue: value(10),
                rules: rules, version: 4))
    }

    /// Adds an experiment of three groups; `assignment` are the buckets, as JSON, of those who take no part in it.
    private mutating func addExperiment(
        _ entity: NamedEntity, salt: String, assignment: String, shared: [String]
    ) {
        var rules = [
            SpecText.rule(
                "layerAssignment",
                conditions: [
                    condition(
                        SpecText.condition(
                            "user_bucket", operator: "any", target: assignment, salt: "salt_assignment"))
                ],
                returns: "{}")
        ]
        for (group, limit) in [("Control", 333), ("Blue", 667), ("Green", 1000)] {
            let bucket = condition(
                SpecText.condition("user_bucket", operator: "lt", target: String(limit), salt: salt))
            rules.append(
                SpecText.rule(
                    "\(entity.rawValue)_\(group)", group: group, conditions: [bucket],
                    returns: "{\"color\":\"\(group)\",\"limit\":\(limit)}", salt: "salt_\(group)",
                    isExperimentGroup: true))
        }
        configs.add(
            entity.rawValue,
            SpecText.spec(
                type: "dynamic_config", entity: "experiment", salt: salt, defaultValue: "{}", rules: rules, version: 7,
                experiment: (isActive: true, hasSharedParameters: !shared.isEmpty, explicitParameters: shared)))
    }

    private mutating func addLayer() {
        addExperiment(
            .layerExperiment, salt: "salt_layer_experiment", assignment: "{\"-1\":true}", shared: ["color"])
        let name = NamedEntity.layer.rawValue
        let defaults = "{\"color\":\"none\",\"limit\":0}"
        let holdout = SpecText.rule(
            "\(name)_holdout", conditions: [asks(NamedEntity.publicGate.rawValue, type: "fail_gate")], returns: defaults
        )
        // All 1,000 buckets, as a layer lists those that belong to one experiment.
        let buckets = "{" + (0..<1000).map { "\"\($0)\":true" }.joined(separator: ",") + "}"
        let allocated = condition(
            SpecText.condition("user_bucket", operator: "any", target: buckets, salt: "salt_layer"))
        let assignment = SpecText.rule(
            "experimentAssignment", conditions: [allocated], returns: defaults,
            delegate: NamedEntity.layerExperiment.rawValue)
        layers.add(
            name,
            SpecText.spec(
                type: "dynamic_config", entity: "layer", salt: "salt_layer", defaultValue: defaults,
                rules: [holdout, assignment], version: 3))
        layerOfExperiment.add(NamedEntity.layerExperiment.rawValue, "\"\(name)\"")
    }
}

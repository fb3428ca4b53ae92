// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation
internal import GatehouseSpec

/// Builds a config-spec document of format v2 for a test.
///
/// Specs have what tests rarely ask for, for example the salt `salt` and the unit type `userID`; tests pass the members
/// that matter to them.
public struct DocumentBuilder: Sendable {
    private var gates = Object()
    private var configs = Object()
    private var layers = Object()
    private var conditions = Object()
    private var overrideRules = Object()
    /// The other members of the document; they replace those of the same name that the builder has.
    public var members = Object()

    /// Starts an empty document.
    public init() {}

    /// Starts a document with one gate, called `gate`.
    ///
    /// - Parameter rules: The gate's rules.
    public init(gate rules: Rule...) {
        gates["gate"] = spec(rules, "feature_gate", false)
    }

    /// Starts an empty document of a time, whose checksum is that number.
    ///
    /// - Parameter time: When the project last changed, in ms since 1970.
    public init(time: UInt64) {
        members = ["time": .integer(Int64(clamping: time)), "checksum": .string(String(time))]
    }

    // MARK: - Specs

    /// Adds a gate, or a segment if the name begins with `segment:`.
    ///
    /// - Parameters:
    ///   - name: The gate's name.
    ///   - rules: Its rules.
    ///   - default: What it returns if no rule decides.
    ///   - enabled: Whether it is enabled.
    ///   - version: Its version.
    public mutating func gate(
        _ name: String, _ rules: Rule..., default: Value = false, enabled: Bool = true, version: Value = .null
    ) {
        let entity = name.hasPrefix("segment:") ? "segment" : "feature_gate"
        gates[name] = spec(rules, entity, `default`, ["enabled": .bool(enabled), "version": version])
    }

    /// Adds a dynamic config.
    ///
    /// - Parameters:
    ///   - name: The config's name.
    ///   - rules: Its rules.
    ///   - default: What it returns if no rule decides.
    ///   - members: Members of the spec that replace the builder's.
    public mutating func config(_ name: String, _ rules: Rule..., default: Value = [:], members: Object = [:]) {
        configs[name] = spec(rules, "dynamic_config", `default`, members)
    }

    /// Adds an experiment.
    ///
    /// - Parameters:
    ///   - name: The experiment's name.
    ///   - rules: Its rules.
    ///   - default: What it returns if no rule decides.
    ///   - members: Members of the spec that replace the builder's.
    public mutating func experiment(_ name: String, _ rules: Rule..., default: Value = [:], members: Object = [:]) {
        configs[name] = spec(rules, "experiment", `default`, members)
    }

    /// Adds a layer.
    ///
    /// - Parameters:
    ///   - name: The layer's name.
    ///   - rules: Its rules.
    ///   - default: What it returns if no rule decides.
    ///   - members: Members of the spec that replace the builder's.
    public mutating func layer(_ name: String, _ rules: Rule..., default: Value = [:], members: Object = [:]) {
        layers[name] = spec(rules, "layer", `default`, members)
    }

    /// Adds a gate with a list of rules.
    ///
    /// - Parameters:
    ///   - name: The gate's name.
    ///   - rules: Its rules.
    public mutating func add(gate name: String, _ rules: [Rule]) { gates[name] = spec(rules, "feature_gate", false) }

    /// Adds a dynamic config with a list of rules.
    ///
    /// - Parameters:
    ///   - name: The config's name.
    ///   - rules: Its rules.
    public mutating func add(config name: String, _ rules: [Rule]) {
        configs[name] = spec(rules, "dynamic_config", [:])
    }

    /// Adds an experiment with a list of rules.
    ///
    /// - Parameters:
    ///   - name: The experiment's name.
    ///   - rules: Its rules.
    public mutating func add(experiment name: String, _ rules: [Rule]) {
        configs[name] = spec(rules, "experiment", [:])
    }

    /// Adds a layer with a list of rules.
    ///
    /// - Parameters:
    ///   - name: The layer's name.
    ///   - rules: Its rules.
    public mutating func add(layer name: String, _ rules: [Rule]) { layers[name] = spec(rules, "layer", [:]) }

    /// Maps a spec to another one for the users who pass a rule.
    ///
    /// - Parameters:
    ///   - name: The spec.
    ///   - newName: The spec that is evaluated instead.
    ///   - rule: The rule.
    ///   - startTime: When the mapping begins to hold, in ms since 1970.
    public mutating func map(_ name: String, to newName: String, _ rule: Rule, from startTime: Int64? = nil) {
        overrideRules[rule.id] = json(of: rule)
        var trigger: Object = ["rule_name": .string(rule.id)]
        if let startTime { trigger["start_time"] = .integer(startTime) }
        var overrides = members["overrides"]?.object ?? [:]
        let mapping: Value = ["new_config_name": .string(newName), "rules": [.object(trigger)]]
        overrides[name] = .array((overrides[name]?.array ?? []) + [mapping])
        members["overrides"] = .object(overrides)
    }

    // MARK: - The document

    /// The document's bytes.
    public var document: [UInt8] {
        var document: Object = [
            "has_updates": true, "time": 1_700_000_000_000, "feature_gates": .object(gates),
            "dynamic_configs": .object(configs), "layer_configs": .object(layers),
            "condition_map": .object(conditions), "experiment_to_layer": [:],
        ]
        if !overrideRules.isEmpty { document["override_rules"] = .object(overrideRules) }
        for member in members { document[member.name] = member.value }
        return Value.object(document).jsonBytes
    }

    /// The document as text.
    public var text: String { String(decoding: document, as: UTF8.self) }

    /// Loads the document.
    ///
    /// - Returns: Its ruleset.
    /// - Throws: `DocumentError` when the members make it one that can't be used.
    public func ruleset() throws -> Ruleset { try Ruleset(document: document) }

    private mutating func spec(
        _ rules: [Rule], _ entity: String, _ fallback: Value, _ members: Object = [:]
    ) -> Value {
        var spec: Object = [
            "type": "feature_gate", "salt": "salt", "enabled": true, "defaultValue": fallback, "idType": "userID",
            "entity": .string(entity), "rules": .array(rules.map { json(of: $0) }),
        ]
        for member in members { spec[member.name] = member.value }
        return .object(spec)
    }

    private mutating func json(of rule: Rule) -> Value {
        var json: Object = [
            "name": .string(rule.id), "id": .string(rule.id), "passPercentage": rule.percentage,
            "returnValue": rule.returns, "idType": .string(rule.idType),
            "conditions": .array(rule.conditions.map { .string(id(of: $0)) }),
        ]
        if let group = rule.group { json["groupName"] = .string(group) }
        if let isGroup = rule.isGroup { json["isExperimentGroup"] = .bool(isGroup) }
        if let rate = rule.samplingRate { json["samplingRate"] = .integer(rate) }
        if let delegate = rule.delegate { json["configDelegate"] = .string(delegate) }
        if let salt = rule.salt { json["salt"] = .string(salt) }
        return .object(json)
    }

    private mutating func id(of condition: Condition) -> String {
        guard condition.isInDocument else { return "absent" }
        let id = "c\(conditions.count)"
        conditions = Object(distinct: conditions.map { ($0.name, $0.value) } + [(id, condition.json)])
        return id
    }
}

extension DocumentBuilder {
    /// A rule, which by default passes all users whom its conditions match.
    public struct Rule: Sendable {
        /// The rule's ID and name.
        public var id: String
        /// What users have to meet.
        public var conditions: [Condition]
        /// The share of these users that passes.
        public var percentage: Value
        /// What the rule returns.
        public var returns: Value
        /// The name of the group that users who pass are in.
        public var group: String?
        /// Whether the group is one of an experiment.
        public var isGroup: Bool?
        /// The config that decides in the rule's place.
        public var delegate: String?
        /// The salt of the percentage.
        public var salt: String?
        /// The unit type of the percentage.
        public var idType: String
        /// Of so many exposures one is logged.
        public var samplingRate: Int64?

        /// Makes a rule.
        ///
        /// - Parameters:
        ///   - id: The rule's ID and name.
        ///   - conditions: What users have to meet.
        ///   - percentage: The share of these users that passes.
        ///   - returns: What the rule returns.
        ///   - group: The name of the group that users who pass are in.
        ///   - isGroup: Whether the group is one of an experiment.
        ///   - delegate: The config that decides in the rule's place.
        ///   - salt: The salt of the percentage.
        ///   - idType: The unit type of the percentage.
        ///   - samplingRate: Of so many exposures one is logged.
        public init(
            _ id: String, _ conditions: Condition..., percentage: Value = 100, returns: Value = true,
            group: String? = nil, isGroup: Bool? = nil, delegate: String? = nil, salt: String? = nil,
            idType: String = "userID", samplingRate: Int64? = nil
        ) {
            self.id = id
            self.conditions = conditions
            self.percentage = percentage
            self.returns = returns
            self.group = group
            self.isGroup = isGroup
            self.delegate = delegate
            self.salt = salt
            self.idType = idType
            self.samplingRate = samplingRate
        }
    }
}

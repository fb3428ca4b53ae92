// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Results set by the application that replace the ruleset's, per kind, name and unit (Evaluation §17).
///
///     var overrides = LocalOverrides()
///     overrides.setGate("new_checkout", to: true)
///     overrides.setGate("new_checkout", to: false, for: "user-1")
///
/// The lookup tries the user ID first, then the custom IDs, then the value for all users.
public struct LocalOverrides: Sendable {
    /// The override of an experiment.
    public enum ExperimentOverride: Sendable, Equatable {
        /// The value of the group with this name, or nothing when the experiment has no such group.
        case group(String)
        /// This value.
        case value(Object)
    }

    /// The overrides of one name.
    struct Table<Value: Sendable>: Sendable {
        private(set) var everybody: Value?
        private(set) var byUnit: [[UInt8]: Value] = [:]

        var isEmpty: Bool { everybody == nil && byUnit.isEmpty }

        mutating func set(_ value: Value?, for unit: String?) {
            if let unit { byUnit[Array(unit.utf8)] = value } else { everybody = value }
        }

        func value(for user: UserView) -> Value? {
            if !byUnit.isEmpty {
                if let value = value(forUnit: user.field(.userID).text) { return value }
                for row in user.customIDs {
                    if let value = value(forUnit: ValueView(row, in: user.store).text) { return value }
                }
            }
            return everybody
        }

        private func value(forUnit unit: Text) -> Value? {
            unit.isMissing ? nil : byUnit[Array(unit.bytes)]
        }
    }

    /// The overrides of one kind, by name.
    struct Tables<Value: Sendable>: Sendable {
        private(set) var byName: [[UInt8]: Table<Value>] = [:]

        var isEmpty: Bool { byName.values.allSatisfy(\.isEmpty) }

        mutating func set(_ value: Value?, named name: String, for unit: String?) {
            byName[Array(name.utf8), default: Table()].set(value, for: unit)
        }

        mutating func removeAll(named name: String) { byName[Array(name.utf8)] = nil }

        func value(named name: Text, for user: UserView) -> Value? { byName[Array(name.bytes)]?.value(for: user) }
    }

    private(set) var gates = Tables<Bool>()
    private(set) var dynamicConfigs = Tables<Object>()
    private(set) var experiments = Tables<ExperimentOverride>()
    private(set) var layers = Tables<Object>()
    private(set) var parameterStores = Tables<Object>()

    /// Returns overrides that precede these, called for each lookup; `nil` when there are none.
    ///
    /// A set with such a closure isn't empty. Evaluations skip an empty set.
    package var scope: (@Sendable () -> LocalOverrides?)? {
        didSet { updateIsEmpty() }
    }

    /// Makes an empty set: nothing is overridden.
    public init() {}

    /// Whether nothing is overridden.
    public private(set) var isEmpty = true

    /// Overrides a gate.
    ///
    /// - Parameters:
    ///   - name: The gate; it needn't exist.
    ///   - value: Its value, `nil` to remove the override.
    ///   - unit: The user ID or custom ID it applies to, `nil` for all users.
    public mutating func setGate(_ name: String, to value: Bool?, for unit: String? = nil) {
        gates.set(value, named: name, for: unit)
        updateIsEmpty()
    }

    /// Overrides a dynamic config.
    ///
    /// - Parameters:
    ///   - name: The config; it needn't exist.
    ///   - value: Its value, `nil` to remove the override.
    ///   - unit: The user ID or custom ID it applies to, `nil` for all users.
    public mutating func setDynamicConfig(_ name: String, to value: Object?, for unit: String? = nil) {
        dynamicConfigs.set(value, named: name, for: unit)
        updateIsEmpty()
    }

    /// Overrides an experiment.
    ///
    /// - Parameters:
    ///   - name: The experiment; it needn't exist.
    ///   - value: A group or a value, `nil` to remove the override.
    ///   - unit: The user ID or custom ID it applies to, `nil` for all users.
    public mutating func setExperiment(_ name: String, to value: ExperimentOverride?, for unit: String? = nil) {
        experiments.set(value, named: name, for: unit)
        updateIsEmpty()
    }

    /// Overrides a layer.
    ///
    /// - Parameters:
    ///   - name: The layer; it needn't exist.
    ///   - value: Its parameters, `nil` to remove the override.
    ///   - unit: The user ID or custom ID it applies to, `nil` for all users.
    public mutating func setLayer(_ name: String, to value: Object?, for unit: String? = nil) {
        layers.set(value, named: name, for: unit)
        updateIsEmpty()
    }

    /// Overrides a parameter store.
    ///
    /// - Parameters:
    ///   - name: The store; it needn't exist.
    ///   - parameters: Its parameters' values, `nil` to remove the override.
    ///   - unit: The user ID or custom ID it applies to, `nil` for all users.
    public mutating func setParameterStore(_ name: String, to parameters: Object?, for unit: String? = nil) {
        parameterStores.set(parameters, named: name, for: unit)
        updateIsEmpty()
    }

    /// Removes all overrides of a name, of all kinds and for all units.
    ///
    /// - Parameter name: The gate, config, experiment, layer or store.
    public mutating func removeAll(named name: String) {
        gates.removeAll(named: name)
        dynamicConfigs.removeAll(named: name)
        experiments.removeAll(named: name)
        layers.removeAll(named: name)
        parameterStores.removeAll(named: name)
        updateIsEmpty()
    }

    private mutating func updateIsEmpty() {
        isEmpty =
            scope == nil && gates.isEmpty && dynamicConfigs.isEmpty && experiments.isEmpty && layers.isEmpty
            && parameterStores.isEmpty
    }

    // MARK: - Looking up

    func gate(_ name: Text, for user: UserView) -> Bool? {
        scope?()?.gate(name, for: user) ?? gates.value(named: name, for: user)
    }

    func dynamicConfig(_ name: Text, for user: UserView) -> Object? {
        scope?()?.dynamicConfig(name, for: user) ?? dynamicConfigs.value(named: name, for: user)
    }

    func experiment(_ name: Text, for user: UserView) -> ExperimentOverride? {
        scope?()?.experiment(name, for: user) ?? experiments.value(named: name, for: user)
    }

    func layer(_ name: Text, for user: UserView) -> Object? {
        scope?()?.layer(name, for: user) ?? layers.value(named: name, for: user)
    }

    func parameterStore(_ name: Text, for user: UserView) -> Object? {
        scope?()?.parameterStore(name, for: user) ?? parameterStores.value(named: name, for: user)
    }
}

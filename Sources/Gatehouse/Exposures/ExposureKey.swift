// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// The identity of an exposure for deduplication (Evaluation §23.2), as hashes: exposures with equal keys are the same.
struct ExposureKey: BitwiseCopyable, Sendable {
    /// Exposures of different kinds are never the same.
    enum Kind: UInt64, Sendable {
        case gate = 1
        case config, layer
    }

    /// A hash of the parts that are known before the evaluation: it selects the slot of a table of keys.
    let slotHash: UInt64
    /// A hash of everything, which is never 0.
    let hash: UInt64

    /// - Parameters:
    ///   - slotHash: A hash of the kind, the name and the user.
    ///   - hash: A hash of everything; 0 counts as 1.
    init(slotHash: UInt64, hash: UInt64) {
        self.slotHash = slotHash
        self.hash = max(hash, 1)
    }

    /// The first hash of a key.
    ///
    /// - Parameters:
    ///   - kind: The kind of entity.
    ///   - name: The entity's name.
    ///   - hashes: The user's hashes.
    /// - Returns: The hash.
    @inline(__always)
    static func slotHash(_ kind: Kind, _ name: String, _ hashes: UserHashes) -> UInt64 {
        XXH3.combined(XXH3.hash(name) ^ kind.rawValue, hashes.identity)
    }

    /// The first hash of a gate's key.
    @inline(__always)
    static func slotHash(_ gate: EntityHandle, _ hashes: UserHashes) -> UInt64 {
        XXH3.combined(gate.hash ^ Kind.gate.rawValue, hashes.identity)
    }

    /// - Parameters:
    ///   - slotHash: The first hash of the key.
    ///   - record: The result.
    ///   - ruleID: The rule to log, `nil` for the record's.
    ///   - user: The user.
    ///   - hashes: The user's hashes.
    ///   - extra: The value, or the parameter's hash.
    ///   - countsUnit: Whether the unit of the entity's ID type is part of the key beside the other IDs. It is where the
    ///     reference's core logs by itself, and isn't where its bindings or the application log.
    @inline(__always)
    init(
        at slotHash: UInt64, _ record: Record, ruleID: Text? = nil, _ user: User, _ hashes: UserHashes, extra: UInt64,
        countsUnit: Bool = true
    ) {
        let rule = record.ruleHash(of: ruleID ?? record.ruleID)
        let unit = countsUnit ? user.unitHash(ofIDType: record.idType, hashes) : 0
        self.init(at: slotHash, rule: rule, unit: unit, extra: extra)
    }

    /// - Parameters:
    ///   - slotHash: The first hash of the key.
    ///   - rule: A hash of the rule to log.
    ///   - unit: A hash of the unit, 0 if it isn't part of the key.
    ///   - extra: The value, or the parameter's hash.
    @inline(__always)
    init(at slotHash: UInt64, rule: UInt64, unit: UInt64, extra: UInt64) {
        let key = XXH3.combined(XXH3.combined(slotHash, rule), unit)
        self.init(slotHash: slotHash, hash: XXH3.combined(key, extra))
    }

    /// The key of a secondary exposure that is logged as an exposure of its own.
    init(secondary exposure: SecondaryExposure, _ hashes: UserHashes) {
        let rule = XXH3.hash(exposure.ruleID)
        let slotHash = ExposureKey.slotHash(.gate, exposure.gate, hashes)
        self.init(at: slotHash, rule: rule, unit: 0, extra: exposure.gateValue ? 1 : 0)
    }

    /// The key of the rule that decided for a secondary exposure.
    init(ruleOf exposure: SecondaryExposure) {
        self.init(rule: XXH3.hash(exposure.ruleID), of: exposure.gate)
    }

    fileprivate init(rule: UInt64, of name: String) {
        let hash = XXH3.combined(XXH3.hash(name), rule)
        self.init(slotHash: hash, hash: hash)
    }
}

extension Evaluation {
    /// The key of the exposure of a gate, a dynamic config or an experiment.
    ///
    /// - Parameters:
    ///   - kind: The kind of entity.
    ///   - name: The entity's name.
    ///   - user: The user.
    ///   - hashes: The user's hashes.
    ///   - value: The gate's value, whether a rule passed, or whether the user is in the experiment.
    ///   - countsUnit: Whether the unit of the entity's ID type is part of the key.
    /// - Returns: The key.
    func exposureKey(
        _ kind: ExposureKey.Kind, _ name: String, for user: User, _ hashes: UserHashes, value: Bool, countsUnit: Bool
    ) -> ExposureKey {
        ExposureKey(
            at: ExposureKey.slotHash(kind, name, hashes), record, user, hashes, extra: value ? 1 : 0,
            countsUnit: countsUnit)
    }

    /// The key of the exposure of a layer's parameter.
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - parameter: The parameter.
    ///   - user: The user.
    ///   - countsUnit: Whether the unit of the entity's ID type is part of the key.
    ///   - usesParameterRule: Whether the rule is that of the parameter, and not the layer's.
    /// - Returns: The key.
    func exposureKey(
        ofLayer name: String, parameter: String, for user: User, countsUnit: Bool, usesParameterRule: Bool
    ) -> ExposureKey {
        let hashes = user.hashes
        // An exposure that counts the unit differs from one that doesn't, even for a user without the unit.
        let hash = XXH3.hash(parameter)
        // The parameter is part of the first hash, so that a layer's many parameters don't share one slot.
        return ExposureKey(
            at: XXH3.combined(ExposureKey.slotHash(.layer, name, hashes), hash), record,
            ruleID: usesParameterRule ? parameterRuleID(parameter) : nil, user, hashes,
            extra: countsUnit ? ~hash : hash, countsUnit: countsUnit)
    }
}

extension Evaluation {
    /// The key of the pair of an entity and the rule to log, for sampling.
    ///
    /// - Parameters:
    ///   - name: The entity's name.
    ///   - ruleID: The rule to log, `nil` for the evaluation's.
    /// - Returns: The key.
    func ruleKey(_ name: String, _ ruleID: Text? = nil) -> ExposureKey {
        ExposureKey(rule: XXH3.hash(ruleID ?? record.ruleID), of: name)
    }
}

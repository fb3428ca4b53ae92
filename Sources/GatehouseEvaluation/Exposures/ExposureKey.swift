// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The identity of an exposure for deduplication (Evaluation §23.2), as hashes: exposures with equal keys are the same.
package struct ExposureKey: BitwiseCopyable, Sendable {
    /// Exposures of different kinds are never the same.
    package enum Kind: UInt64, Sendable {
        case gate = 1
        case config, layer
    }

    /// A hash of the parts that are known before the evaluation: it selects the slot of a table of keys.
    package let place: UInt64
    /// A hash of everything, which is never 0.
    package let hash: UInt64

    /// - Parameters:
    ///   - place: A hash of the kind, the name and the user.
    ///   - hash: A hash of everything; 0 counts as 1.
    package init(place: UInt64, hash: UInt64) {
        self.place = place
        self.hash = max(hash, 1)
    }

    /// The first hash of a key.
    ///
    /// - Parameters:
    ///   - kind: The kind of entity.
    ///   - name: The entity's name.
    ///   - user: The user.
    /// - Returns: The hash.
    @inline(__always)
    static func place(_ kind: Kind, _ name: Text, _ user: UserView) -> UInt64 {
        mixed(XXH3.hash(name.bytes) ^ kind.rawValue, user.exposureHash)
    }

    /// - Parameters:
    ///   - place: The first hash of the key.
    ///   - record: The result.
    ///   - ruleID: The rule to log, `nil` for the record's.
    ///   - user: The user.
    ///   - extra: The value, or the parameter's hash.
    ///   - countsUnit: Whether the unit of the entity's ID type is part of the key beside the other IDs. It is where the
    ///     reference's core logs by itself, and isn't where its bindings or the application log.
    @inline(__always)
    init(
        at place: UInt64, _ record: Record, ruleID: Text? = nil, _ user: UserView, extra: UInt64,
        countsUnit: Bool = true
    ) {
        let rule = XXH3.hash((ruleID ?? record.ruleID).bytes) &+ (record.explores ? 1 : 0)
        let unit = countsUnit ? user.exposureHash(ofUnit: record.idType) : 0
        self.init(at: place, rule: rule, unit: unit, extra: extra)
    }

    @inline(__always)
    private init(at place: UInt64, rule: UInt64, unit: UInt64, extra: UInt64) {
        let key = ExposureKey.mixed(ExposureKey.mixed(place, rule), unit)
        self.init(place: place, hash: ExposureKey.mixed(key, extra))
    }

    /// The key of a secondary exposure that is logged as an exposure of its own.
    package init(secondary exposure: SecondaryExposure, for user: User) {
        let rule = exposure.ruleID.withTextBytes { XXH3.hash($0.bytes) }
        let place = exposure.gate.withTextBytes { gate in user.withView { ExposureKey.place(.gate, gate, $0) } }
        self.init(at: place, rule: rule, unit: 0, extra: exposure.gateValue ? 1 : 0)
    }

    /// The key of the rule that decided for a secondary exposure.
    package init(ruleOf exposure: SecondaryExposure) {
        self = exposure.gate.withTextBytes { gate in
            exposure.ruleID.withTextBytes { ExposureKey(ruleID: $0, of: gate) }
        }
    }

    fileprivate init(ruleID: Text, of name: Text) {
        let hash = ExposureKey.mixed(XXH3.hash(name.bytes), XXH3.hash(ruleID.bytes))
        self.init(place: hash, hash: hash)
    }

    /// A hash of two hashes in their order.
    @inline(__always)
    package static func mixed(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let product = (first ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: second ^ 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}

extension UserView {
    /// A hash of the user ID, the stable ID and all values of custom IDs; the order of the custom IDs doesn't count.
    @inline(__always)
    fileprivate var exposureHash: UInt64 {
        let id = hash(of: row(.userID))
        if customIDs.isEmpty { return id }
        return exposureHash(after: id)
    }

    private func exposureHash(after id: UInt64) -> UInt64 {
        let sum = customIDs.reduce(into: UInt64(0)) { $0 &+= hash(of: $1) }
        let stableID = store.find(Text("stableID"), or: Text("stableid"), in: customIDs)
        return ExposureKey.mixed(ExposureKey.mixed(id, sum), stableID.map { XXH3.hash($0.text.bytes) } ?? 0)
    }

    /// A hash of the unit that an ID type stands for.
    @inline(__always)
    fileprivate func exposureHash(ofUnit idType: Text) -> UInt64 {
        if idType.isMissing { return 0 }
        if isUserID(idType) { return row(.userID).kind == .absent ? 0 : hash(of: row(.userID)) }
        if customIDs.isEmpty { return 0 }
        if let unit = store.find(idType, in: customIDs) { return XXH3.hash(unit.text.bytes) }
        return exposureHash(ofLoweredUnit: idType)
    }

    @inline(never)
    private func exposureHash(ofLoweredUnit idType: Text) -> UInt64 {
        idType.string.lowercased().withTextBytes { store.find($0, in: customIDs) }.map { XXH3.hash($0.text.bytes) } ?? 0
    }

    /// Whether an ID type is `userID`, in any case.
    @inline(__always)
    private func isUserID(_ idType: Text) -> Bool {
        if idType == "userID" { return true }
        return idType.count == 6 && zip(idType.bytes, Text("userid").bytes).allSatisfy { $0 | 0x20 == $1 }
    }

    /// A hash of a value's text: `1` and `"1"` are the same ID.
    @inline(__always)
    private func hash(of row: UserValue) -> UInt64 {
        guard row.kind == .object else { return XXH3.hash(store.text(of: row).bytes) }
        return ValueView(row, in: store).withJSON { XXH3.hash($0.bytes) }
    }
}

extension Evaluation {
    /// The key of the exposure of a gate, a dynamic config or an experiment.
    ///
    /// - Parameters:
    ///   - kind: The kind of entity.
    ///   - name: The entity's name.
    ///   - user: The user.
    ///   - value: The gate's value, whether a rule passed, or whether the user is in the experiment.
    ///   - countsUnit: Whether the unit of the entity's ID type is part of the key.
    /// - Returns: The key.
    package func exposureKey(
        _ kind: ExposureKey.Kind, _ name: String, for user: User, value: Bool, countsUnit: Bool
    ) -> ExposureKey {
        name.withTextBytes { name in
            user.withView { user in
                ExposureKey(
                    at: ExposureKey.place(kind, name, user), record, user, extra: value ? 1 : 0,
                    countsUnit: countsUnit)
            }
        }
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
    package func exposureKey(
        ofLayer name: String, parameter: String, for user: User, countsUnit: Bool, usesParameterRule: Bool
    ) -> ExposureKey {
        name.withTextBytes { name in
            parameter.withTextBytes { parameter in
                // An exposure that counts the unit differs from one that doesn't, even for a user without the unit.
                let hash = XXH3.hash(parameter.bytes)
                return user.withView { user in
                    // The parameter is part of the first hash, so that a layer's many parameters don't share one slot.
                    ExposureKey(
                        at: ExposureKey.mixed(ExposureKey.place(.layer, name, user), hash), record,
                        ruleID: usesParameterRule ? parameterRuleID(parameter) : nil, user,
                        extra: countsUnit ? ~hash : hash, countsUnit: countsUnit)
                }
            }
        }
    }
}

extension Evaluation {
    /// The key of the pair of an entity and the rule to log, for sampling.
    ///
    /// - Parameters:
    ///   - name: The entity's name.
    ///   - ruleID: The rule to log, `nil` for the evaluation's.
    /// - Returns: The key.
    package func ruleKey(_ name: String, _ ruleID: Text? = nil) -> ExposureKey {
        name.withTextBytes { ExposureKey(ruleID: ruleID ?? record.ruleID, of: $0) }
    }
}

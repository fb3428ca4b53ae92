// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    /// Evaluates an experiment for a user with sticky values (Evaluation §18.2).
    ///
    /// - Parameters:
    ///   - name: The experiment.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    ///   - sticky: The user's sticky values.
    /// - Returns: The result, and what to do with the storage.
    public func experiment(
        _ name: String, for user: User, in context: EvaluationContext, sticky: StickyOptions
    ) -> (result: ExperimentEvaluation, action: StickyAction) {
        let live = experiment(name, for: user, in: context)
        let (evaluation, action) = apply(
            sticky, named: name, to: live.evaluation, isActive: live.isActive, filtering: name, user, context)
        return (ExperimentEvaluation(name: name, evaluation: evaluation), action)
    }

    /// Evaluates a layer for a user with sticky values (Evaluation §18.3).
    ///
    /// - Parameters:
    ///   - name: The layer.
    ///   - user: The user.
    ///   - context: Time, environment, ID lists and overrides.
    ///   - sticky: The user's sticky values.
    /// - Returns: The result, and what to do with the storage.
    public func layer(
        _ name: String, for user: User, in context: EvaluationContext, sticky: StickyOptions
    ) -> (result: LayerEvaluation, action: StickyAction) {
        let live = layer(name, for: user, in: context)
        let delegate = sticky.values?[name]?.delegate
        // As long as the sticky value's experiment exists, that experiment decides whether the value still holds.
        let delegateIsActive = delegate.flatMap { name in
            name.withTextBytes { text in
                let index = self.index(of: .experiment, text)
                return index < 0 ? nil : program.specs[index].pointee.isActive
            }
        }
        let (evaluation, action) = apply(
            sticky, named: name, to: live.evaluation,
            isActive: delegateIsActive ?? live.evaluation.record.isExperimentActive, filtering: delegate, user,
            context)
        return (LayerEvaluation(name: name, evaluation: evaluation), action)
    }

    /// The key under which a storage holds a user's sticky values: `<unit>:<ID type>`.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - idType: The ID type of the entity.
    /// - Returns: `nil` when the user has no such ID.
    public static func stickyKey(for user: User, idType: String) -> String? {
        let unit: Value? =
            idType.lowercased() == "userid"
            ? user[.userID] : user.customIDs[idType] ?? user.customIDs[idType.lowercased()]
        guard let unit else { return nil }
        return String(decoding: User.conditionText(of: unit), as: UTF8.self) + ":" + idType
    }

    // MARK: - Deciding

    private func apply(
        _ sticky: StickyOptions, named name: String, to live: Evaluation, isActive: Bool,
        filtering experiment: String?, _ user: User, _ context: EvaluationContext
    ) -> (Evaluation, StickyAction) {
        guard let key = Ruleset.stickyKey(for: user, idType: live.idType ?? "") else { return (live, .unchanged) }
        guard let values = sticky.values, isActive else { return (live, .delete(key: key)) }
        if let value = values[name] {
            let isDropped = experiment.map { isOutdated($0, sticky, user, context) } ?? false
            return (isDropped ? live : live.replaced(by: value, in: self), .unchanged)
        }
        guard live.record.isExperimentGroup, live.record.isExperimentActive else { return (live, .unchanged) }
        return (live, .save(key: key, StickyValue(live, time: Int64(clamping: metadata.time))))
    }

    /// Whether rules of the enforced classes match the user, which ends the sticky value.
    private func isOutdated(
        _ experiment: String, _ sticky: StickyOptions, _ user: User, _ context: EvaluationContext
    ) -> Bool {
        (sticky.enforcesTargeting
            && evaluate(.experiment, experiment, user, context, filter: .targetingOnly).passed)
            || (sticky.enforcesOverrides
                && evaluate(.experiment, experiment, user, context, filter: .overridesOnly).passed)
    }
}

extension StickyValue {
    fileprivate init(_ live: Evaluation, time: Int64) {
        self.init(
            value: true, json: live.returns.flatMap { Value(json: $0.json) } ?? .null, ruleID: live.ruleID,
            groupName: live.groupName, secondaryExposures: live.secondaryExposures,
            undelegatedSecondaryExposures: live.undelegatedSecondaryExposures,
            delegate: live.record.delegate.hasBytes ? live.record.delegate.string : nil,
            explicitParameters: live.record.explicitParameters?.map(\.string), time: time, version: live.version)
    }
}

/// How to use a user's sticky values.
public struct StickyOptions: Sendable {
    /// What the storage holds for the user, by entity; `nil` deletes the user's sticky value.
    public var values: [String: StickyValue]?
    /// Drop a sticky value when the experiment's targeting excludes the user by now.
    public var enforcesTargeting: Bool
    /// Drop a sticky value when an override rule of the experiment matches the user by now.
    public var enforcesOverrides: Bool

    /// Makes options.
    ///
    /// - Parameters:
    ///   - values: What the storage holds for the user, by entity.
    ///   - enforcesTargeting: Whether the experiment's targeting still has to admit the user.
    ///   - enforcesOverrides: Whether an override rule of the experiment wins.
    public init(values: [String: StickyValue]?, enforcesTargeting: Bool = false, enforcesOverrides: Bool = false) {
        self.values = values
        self.enforcesTargeting = enforcesTargeting
        self.enforcesOverrides = enforcesOverrides
    }
}

/// The change that the caller has to make in its storage after an evaluation with sticky values.
///
/// The engine does no I/O itself.
public enum StickyAction: Sendable, Equatable {
    /// Leave the storage as it is.
    case unchanged
    /// Store the value under the key.
    case save(key: String, StickyValue)
    /// Delete what is stored under the key for this entity.
    case delete(key: String)
}

extension Evaluation {
    /// The evaluation with a sticky value instead of the rules' result.
    func replaced(by value: StickyValue, in ruleset: Ruleset) -> Evaluation {
        let region = Region(capacity: 512)
        func text(_ string: String) -> Text { region.text(Array(string.utf8)) }
        var record = Record(firstExposure: 0)
        record.bool = value.value
        let returns: ReturnRow? =
            switch value.json {
            case .object(let object): ReturnRow(object, in: region)
            case .bool(let flag): flag ? .true : .false
            default: nil
            }
        record.returnsPointer = returns.map { region.store($0) }
        record.idType = self.record.idType
        record.isInLayer = self.record.isInLayer
        record.version = value.version
        record.ruleID = text(value.ruleID)
        record.groupName = value.groupName.map(text) ?? .missing
        record.isExperimentGroup = true
        record.isExperimentActive = true
        record.explicitParameters = value.explicitParameters.map { region.store($0.map(text)) }
        record.delegate = value.delegate.map(text) ?? .missing
        record.samplingRate = self.record.samplingRate
        record.forwardsAllExposures = self.record.forwardsAllExposures
        let undelegated = value.undelegatedSecondaryExposures
        record.undelegated = undelegated == nil ? .unset : .unmarked
        let rows = value.secondaryExposures.map { exposure in
            var row = SecondaryExposureRow(
                gate: text(exposure.gate), ruleID: text(exposure.ruleID), value: exposure.gateValue)
            row.isDelegated = !(undelegated ?? []).contains(exposure)
            return row
        }
        // All texts are in the ruleset or in the region now, so the context's memory isn't needed.
        return Evaluation(
            ruleset: ruleset, region: region, record: record,
            exposures: rows.withUnsafeBufferPointer { SecondaryExposureList($0) }, reason: .persisted,
            consultedIDList: consultedIDList)
    }
}

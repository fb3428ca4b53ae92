// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    /// What an experiment returns for a user whose assignment may be kept (Evaluation §18.2).
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

    /// What a layer returns for a user whose assignment may be kept (Evaluation §18.3).
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
        // As long as its experiment exists and says so, a sticky assignment lives and dies with that one.
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
            ? user.userID : user.customIDs[idType] ?? user.customIDs[idType.lowercased()]
        guard let unit else { return nil }
        return String(decoding: User.conditionText(of: unit), as: UTF8.self) + ":" + idType
    }

    // MARK: - Deciding

    private func apply(
        _ sticky: StickyOptions, named name: String, to live: Evaluation, isActive: Bool,
        filtering experiment: String?, _ user: User, _ context: EvaluationContext
    ) -> (Evaluation, StickyAction) {
        guard let key = Ruleset.stickyKey(for: user, idType: live.idType ?? "") else { return (live, .keep) }
        guard let values = sticky.values, isActive else { return (live, .delete(key: key)) }
        if let value = values[name] {
            let isDropped = experiment.map { isOutdated($0, sticky, user, context) } ?? false
            return (isDropped ? live : live.replaced(by: value, in: self), .keep)
        }
        guard live.record.isExperimentGroup, live.record.isExperimentActive else { return (live, .keep) }
        return (live, .save(key: key, StickyValue(live, time: Int64(clamping: metadata.time))))
    }

    /// Whether rules of the enforced classes match the user, who then loses the sticky value.
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
    /// What the storage holds for the user, by entity; `nil` when it wasn't asked, which ends stickiness.
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

/// What the caller has to do with its storage after an evaluation with sticky values.
///
/// The engine does no I/O itself.
public enum StickyAction: Sendable, Equatable {
    /// Nothing.
    case keep
    /// Store the value under the key.
    case save(key: String, StickyValue)
    /// Delete what is stored under the key for this entity.
    case delete(key: String)
}

extension Evaluation {
    /// The evaluation with a sticky value in place of what the rules say.
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
        record.returnsPlace = returns.map { region.store($0) }
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
            var row = ExposureRow(
                gate: text(exposure.gate), ruleID: text(exposure.ruleID), value: exposure.gateValue)
            row.isDelegated = !(undelegated ?? []).contains(exposure)
            return row
        }
        // The context's memory isn't needed any more: all texts are the ruleset's or the region's.
        return Evaluation(
            ruleset: ruleset, region: region, record: record,
            exposures: rows.withUnsafeBufferPointer { ExposureList($0) }, reason: .persisted,
            consultedIDList: consultedIDList)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// An assignment that is kept for a user, so that later changes of an experiment don't move them (Evaluation §18).
public struct StickyValue: Sendable, Equatable {
    /// Whether a rule passed.
    public var value: Bool
    /// The value that was returned.
    public var json: Value
    /// The rule that decided.
    public var ruleID: String
    /// The group, `nil` when the rule has none.
    public var groupName: String?
    /// The gates that were passed through.
    public var secondaryExposures: [SecondaryExposure]
    /// For layers: the exposures of parameters that no experiment owns.
    public var undelegatedSecondaryExposures: [SecondaryExposure]?
    /// For layers: the experiment that decided.
    public var delegate: String?
    /// The parameters that the experiment owns.
    public var explicitParameters: [String]?
    /// When the document was current that decided: ms since 1970.
    public var time: Int64?
    /// The version of the entity.
    public var version: UInt32?

    /// Makes a sticky value.
    ///
    /// - Parameters:
    ///   - value: Whether a rule passed.
    ///   - json: The value that was returned.
    ///   - ruleID: The rule that decided.
    ///   - groupName: The group.
    ///   - secondaryExposures: The gates that were passed through.
    ///   - undelegatedSecondaryExposures: For layers: the exposures of parameters that no experiment owns.
    ///   - delegate: For layers: the experiment that decided.
    ///   - explicitParameters: The parameters that the experiment owns.
    ///   - time: When the document was current that decided: ms since 1970.
    ///   - version: The version of the entity.
    public init(
        value: Bool, json: Value, ruleID: String, groupName: String? = nil,
        secondaryExposures: [SecondaryExposure] = [], undelegatedSecondaryExposures: [SecondaryExposure]? = nil,
        delegate: String? = nil, explicitParameters: [String]? = nil, time: Int64? = nil, version: UInt32? = nil
    ) {
        self.value = value
        self.json = json
        self.ruleID = ruleID
        self.groupName = groupName
        self.secondaryExposures = secondaryExposures
        self.undelegatedSecondaryExposures = undelegatedSecondaryExposures
        self.delegate = delegate
        self.explicitParameters = explicitParameters
        self.time = time
        self.version = version
    }
}

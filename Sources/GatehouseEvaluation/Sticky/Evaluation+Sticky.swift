// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

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

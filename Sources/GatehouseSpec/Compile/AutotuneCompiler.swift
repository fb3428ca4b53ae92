// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Brings a contextual bandit into rows of one region.
struct AutotuneCompiler {
    private let region: Region

    init(_ region: Region) {
        self.region = region
    }

    func compile(_ wire: WireAutotune) -> UnsafePointer<AutotuneRow> {
        let groups = wire.groups.map { group in
            AutotuneRow.Group(
                id: region.copy(group.id), name: region.copy(group.name), returns: region.returns(group.returnValue),
                model: model(of: group, in: wire))
        }
        let idType = region.copy(wire.idType)
        return region.store(
            AutotuneRow(
                name: region.copy(wire.name), idType: idType, unit: region.unit(idType),
                hashPrefix: region.hashPrefix(region.copy(wire.salt)), version: wire.version,
                isEnabled: wire.isEnabled, higherIsBetter: wire.higherIsBetter, hasModels: wire.models != nil,
                sampleRate: wire.sampleRate, defaultValue: region.returns(wire.defaultValue),
                groups: region.store(groups), targetingGate: region.copy(wire.targetingGate),
                targetAppIDs: wire.targetAppIDs.map { region.copy($0) }))
    }

    private func model(of group: WireAutotune.Group, in wire: WireAutotune) -> AutotuneRow.Model? {
        let id = group.id.unescaped()
        guard let model = wire.models?.last(where: { $0.groupID.unescaped() == id }) else { return nil }
        let numerical = lastOfEach(model.numerical, named: \.field) { name, feature in
            AutotuneRow.NumericalWeight(field: region.field(name), weight: feature.weight)
        }
        let categorical = lastOfEach(model.categorical, named: \.field) { name, feature in
            let weights = lastOfEach(feature.weights, named: \.category) { (name: $0, weight: $1.weight) }
            return AutotuneRow.CategoricalWeight(
                field: region.field(name), categories: region.store(weights.map(\.name)),
                weights: region.store(weights.map(\.weight)))
        }
        return AutotuneRow.Model(
            alpha: model.alpha, intercept: model.intercept, records: model.records,
            numerical: region.store(numerical), categorical: region.store(categorical))
    }

    /// One row for each name: of members that occur twice the last one counts.
    private func lastOfEach<Member, Row>(
        _ members: [Member], named name: (Member) -> JSONString, _ row: (Text, Member) -> Row
    ) -> [Row] {
        var distinct = DistinctTexts(expecting: members.count)
        var rows: [Row] = []
        for member in members {
            let text = region.copy(name(member))
            let (position, isNew) = distinct.insert(text)
            if isNew { rows.append(row(text, member)) } else { rows[position] = row(text, member) }
        }
        return rows
    }
}

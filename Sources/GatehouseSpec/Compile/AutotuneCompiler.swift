// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compiles a contextual bandit to rows of one region.
struct AutotuneCompiler {
    private let rows: RowBuilder

    init(_ rows: RowBuilder) {
        self.rows = rows
    }

    func compile(_ autotune: DecodedAutotune) -> UnsafePointer<AutotuneRow> {
        // Each model is compiled once and found by a table, so that this stays linear however many groups there are.
        let models = lastOfEach(autotune.models ?? [], named: \.groupID) { _, model in row(model) }
        let groups = autotune.groups.map { group in
            let id = rows.text(group.id)
            let model = models.names.position(of: id)
            return AutotuneRow.Group(
                id: id, name: rows.text(group.name), returns: rows.returns(group.returnValue),
                model: model >= 0 ? models.rows[model] : nil)
        }
        let idType = rows.text(autotune.idType)
        return rows.region.store(
            AutotuneRow(
                name: rows.text(autotune.name), idType: idType, unit: rows.unit(idType),
                hashPrefix: rows.hashPrefix(rows.text(autotune.salt)), version: autotune.version,
                isEnabled: autotune.isEnabled, higherIsBetter: autotune.higherIsBetter,
                hasModels: autotune.models != nil,
                sampleRate: autotune.sampleRate, defaultValue: rows.returns(autotune.defaultValue),
                groups: rows.region.store(groups), targetingGate: rows.text(autotune.targetingGate),
                targetAppIDs: autotune.targetAppIDs.map { rows.texts($0) }))
    }

    private func row(_ model: DecodedAutotune.Model) -> AutotuneRow.Model {
        let numerical = lastOfEach(model.numerical, named: \.field) { name, feature in
            AutotuneRow.NumericalWeight(field: rows.field(name), weight: feature.weight)
        }.rows
        let categorical = lastOfEach(model.categorical, named: \.field) { name, feature in
            let weights = lastOfEach(feature.weights, named: \.category) { (name: $0, weight: $1.weight) }.rows
            return AutotuneRow.CategoricalWeight(
                field: rows.field(name), categories: rows.region.store(weights.map(\.name)),
                weights: rows.region.store(weights.map(\.weight)))
        }.rows
        return AutotuneRow.Model(
            alpha: model.alpha, intercept: model.intercept, records: model.records,
            numerical: rows.region.store(numerical), categorical: rows.region.store(categorical))
    }

    /// One row for each name: the last one, where members have the same name.
    private func lastOfEach<Member, Row>(
        _ members: [Member], named name: (Member) -> JSONString, _ row: (Text, Member) -> Row
    ) -> (names: DistinctTexts, rows: [Row]) {
        var distinct = DistinctTexts(expecting: members.count)
        var result: [Row] = []
        for member in members {
            let text = rows.text(name(member))
            let (position, isNew) = distinct.insert(text)
            if isNew { result.append(row(text, member)) } else { result[position] = row(text, member) }
        }
        return (distinct, result)
    }
}

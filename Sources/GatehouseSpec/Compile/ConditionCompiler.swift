// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Compiles a condition to the form that evaluations compare (Evaluation §2.5, §6, §7).
struct ConditionCompiler {
    private let rows: RowBuilder

    init(_ rows: RowBuilder) {
        self.rows = rows
    }

    func compile(_ condition: DecodedCondition) -> UnsafePointer<ConditionRow> {
        let type = rows.text(condition.type)
        let operatorName = rows.text(condition.operatorName)
        let idType = rows.text(condition.idType)
        let fieldName = rows.text(condition.field)
        let comparison = ConditionCompiler.comparison(operatorName)
        var kind = ConditionCompiler.kind(type)
        switch kind {
        case .public, .passGate, .failGate: break
        default: if comparison == nil { kind = .unsupported }
        }
        let json = condition.target.isMissing ? Text("null") : rows.stored(condition.target)
        var target = TargetCompiler(rows).compile(json, for: comparison ?? .unused)
        if kind == .userBucket, comparison == .anyOf || comparison == .noneOf {
            target.buckets = buckets(of: target)
        }
        if kind == .passGate || kind == .failGate, target.text.isMissing { target.text = Text("") }
        var row = ConditionRow(
            kind: kind, comparison: comparison ?? .unused, unit: rows.unit(idType), target: rows.region.store(target),
            source: ConditionSource(
                type: type, comparison: operatorName, field: fieldName, idType: idType, target: json))
        row.field = rows.field(fieldName)
        if kind == .userBucket { row.bucketPrefix = rows.hashPrefix(condition.salt.map { rows.text($0) } ?? Text("")) }
        return rows.region.store(row)
    }

    /// A set of buckets, one bit for each: those whose decimal text is in the target's set.
    private func buckets(of target: TargetRow) -> UnsafePointer<UInt64> {
        let words = rows.region.allocate(UInt64.self, count: 16)
        words.initialize(repeating: 0, count: 16)
        for text in target.set.texts {
            guard let bucket = bucket(text) else { continue }
            words[bucket >> 6] |= 1 << UInt64(bucket & 63)
        }
        return UnsafePointer(words)
    }

    /// The bucket whose decimal text this is: one to three digits without leading zeros.
    private func bucket(_ text: Text) -> Int? {
        guard (1...3).contains(text.count), text.count == 1 || text.bytes.first != UInt8(ascii: "0") else { return nil }
        var bucket = 0
        for byte in text.bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            bucket = bucket * 10 + Int(digit)
        }
        return bucket
    }

    /// Whether the engine knows a condition type.
    static func isKnown(type: String) -> Bool { type.withTextBytes { kind($0) } != .unsupported }

    /// Whether the engine knows an operator.
    static func isKnown(operator name: String) -> Bool { name.withTextBytes { comparison($0) } != nil }

    private static func kind(_ type: Text) -> ConditionKind {
        for (name, kind) in kinds where type == name { return kind }
        return .unsupported
    }

    private static func comparison(_ name: Text) -> ConditionOperator? {
        if name.isMissing { return nil }
        for (known, comparison) in comparisons where name == known { return comparison }
        return nil
    }

    private static let kinds: [(StaticString, ConditionKind)] = [
        ("public", .public), ("pass_gate", .passGate), ("fail_gate", .failGate), ("user_field", .userField),
        ("ua_based", .userAgent), ("ip_based", .ipCountry), ("environment_field", .environmentField),
        ("current_time", .currentTime), ("user_bucket", .userBucket), ("unit_id", .unitID),
        ("target_app", .targetApp), ("experiment_group", .experimentGroup),
    ]

    private static let comparisons: [(StaticString, ConditionOperator)] = [
        ("gt", .gt), ("gte", .gte), ("lt", .lt), ("lte", .lte),
        ("version_gt", .versionGt), ("version_gte", .versionGte), ("version_lt", .versionLt),
        ("version_lte", .versionLte), ("version_eq", .versionEq), ("version_neq", .versionNeq),
        ("any", .anyOf), ("none", .noneOf), ("any_case_sensitive", .anyCaseSensitive),
        ("none_case_sensitive", .noneCaseSensitive), ("str_starts_with_any", .startsWithAny),
        ("str_ends_with_any", .endsWithAny), ("str_contains_any", .containsAny),
        ("str_contains_none", .containsNone), ("str_matches", .matches), ("before", .before), ("after", .after),
        ("on", .on), ("eq", .eq), ("neq", .neq), ("in_segment_list", .inSegmentList),
        ("not_in_segment_list", .notInSegmentList), ("array_contains_any", .arrayContainsAny),
        ("array_contains_none", .arrayContainsNone), ("array_contains_all", .arrayContainsAll),
        ("not_array_contains_all", .notArrayContainsAll),
    ]
}

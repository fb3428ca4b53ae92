// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Turns the steps of an evaluation into an ``Explanation``.
///
/// Steps arrive as a walk through a tree, so the open entities are kept on a stack, each with its open rule and condition.
struct ExplanationRecorder: EvaluationObserver {
    fileprivate struct Frame {
        var explanation: Explanation
        /// Whether it began before there were too many steps.
        let isKept: Bool
        var rule: Explanation.Rule?
        var condition: Explanation.Condition?
    }

    private var frames: [Frame] = []
    private(set) var result: Explanation?

    /// What is kept of a long target or value, in bytes.
    private static let longestText = 4_096
    /// How many steps are kept of what the entity asked for leads to.
    ///
    /// Only graphs of experiment groups or mappings that evaluate the same again and again come near.
    private static let mostNestedSteps = 10_000
    private var steps = 0
    private var isFull: Bool { steps >= ExplanationRecorder.mostNestedSteps && frames.count > 1 }

    mutating func willEvaluate(_ kind: EntityKind, _ name: Text, as role: EvaluationRole) {
        let role: Explanation.Role =
            switch role {
            case .asked: .asked
            case .nested: .nested
            case .delegate: .delegate
            case .mapping: .mapping
            }
        steps += 1
        frames.append(
            Frame(
                explanation: Explanation(kind: kind, name: name.string, role: role),
                isKept: steps <= ExplanationRecorder.mostNestedSteps))
    }

    mutating func didEvaluate(_ record: Record, _ recognition: Recognition) {
        guard var frame = frames.popLast() else { return }
        frame.closeRule()
        guard let last = frames.indices.last else {
            frame.explanation.finish(record, recognition)
            result = frame.explanation
            return
        }
        guard frame.isKept else { return }
        frame.explanation.finish(record, recognition)
        frames[last].take(frame.explanation)
    }

    mutating func willTry(_ rule: RuleRow) {
        guard !isFull else { return update { $0.closeRule() } }
        steps += 1
        update { frame in
            frame.closeRule()
            frame.rule = Explanation.Rule(
                id: rule.id.string, name: rule.name.string, groupName: rule.groupName.optionalString,
                passPercentage: rule.passPercentage)
        }
    }

    mutating func didTry(passed: Bool, isUnsupported: Bool) {
        update { frame in
            frame.closeCondition()
            frame.rule?.passed = passed
            frame.rule?.isUnsupported = isUnsupported
        }
    }

    mutating func willCheck(_ condition: ConditionRow) {
        guard !isFull else { return update { $0.closeCondition() } }
        steps += 1
        update { frame in
            frame.closeCondition()
            frame.condition = Explanation.Condition(
                type: condition.source.type.string, field: condition.source.field.optionalString,
                operator: condition.source.comparison.optionalString,
                target: ExplanationRecorder.shortenedJSON(condition.source.target))
        }
    }

    mutating func didCheck(_ condition: ConditionRow, value: ValueView, verdict: Bool, isUnsupported: Bool) {
        let text = ExplanationRecorder.json(value)
        update { frame in
            frame.condition?.value = text
            frame.condition?.passed = verdict
            frame.condition?.isUnsupported = isUnsupported
        }
    }

    mutating func missingCondition() {
        update { frame in
            frame.closeCondition()
            frame.rule?.conditions.append(Explanation.Condition(isUnsupported: true))
        }
    }

    mutating func remembered(_ gate: Text, value: Bool, ruleID: Text) {
        update { frame in
            frame.condition?.remembered = "\(value), rule \(ruleID.hasBytes ? ruleID.string : "none")"
        }
    }

    mutating func bucketed(_ bucket: UInt64, of total: UInt64, threshold: Double) {
        let found = Explanation.Bucket(bucket: bucket, total: total, threshold: threshold.isNaN ? nil : threshold)
        guard !isFull else { return }
        update { frame in
            if frame.condition != nil {
                frame.condition?.bucket = found
            } else if frame.rule != nil {
                frame.rule?.bucket = found
            } else {
                frame.explanation.bucket = found
            }
        }
    }

    private mutating func update(_ body: (inout Frame) -> Void) {
        guard let last = frames.indices.last else { return }
        body(&frames[last])
    }

    // MARK: - Texts

    /// JSON as it stands in the document, without the white space between its parts: explanations are told by the line.
    fileprivate static func compact(_ json: Text) -> String {
        var writer = JSONWriter()
        writer.compact(json)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func shortened(_ text: Text) -> String {
        guard text.count > longestText, let base = text.base else { return text.string }
        return Text(base: base, count: longestText).string + "… (\(text.count) bytes)"
    }

    fileprivate static func shortenedJSON(_ json: Text) -> String {
        guard json.count <= longestText else { return shortened(json) }
        return compact(json)
    }

    /// The value as JSON, `nil` when there is none.
    private static func json(_ value: ValueView) -> String? {
        var writer = JSONWriter()
        switch value.kind {
        case .none: return nil
        case .null: return "null"
        case .time: writer.integer(value.integer ?? 0)
        case .bool: writer.bool(value.bool)
        case .integer, .unsigned, .double, .array:
            if value.text.isMissing { writer.double(value.number) } else { return shortened(value.text) }
        case .string: writer.string(value.text)
        case .object: return "{…}"
        }
        return writer.bytes.withUnsafeBufferPointer { shortened(Text($0)) }
    }
}

extension ExplanationRecorder.Frame {
    fileprivate mutating func closeCondition() {
        if let condition { rule?.conditions.append(condition) }
        condition = nil
    }

    fileprivate mutating func closeRule() {
        closeCondition()
        if let rule { explanation.rules.append(rule) }
        rule = nil
    }

    /// Puts a finished evaluation where it belongs.
    fileprivate mutating func take(_ inner: Explanation) {
        switch inner.role {
        case .nested where condition != nil: condition?.nested.append(inner)
        case .delegate where rule != nil: rule?.delegates.append(inner)
        default: explanation.detours.append(inner)
        }
    }
}

extension Explanation {
    fileprivate mutating func finish(_ record: Record, _ recognition: Recognition) {
        reason = EvaluationReason(record, recognition)
        if recognition == .tooDeep {
            value = kind == .gate ? "false" : "null"
            return
        }
        let json = record.returns?.json ?? Text("null")
        value =
            kind == .gate
            ? "\(record.bool && recognition == .recognized)"
            : role == .asked ? ExplanationRecorder.compact(json) : ExplanationRecorder.shortenedJSON(json)
        ruleID = record.ruleIDText
        groupName = record.groupName.optionalString
    }
}

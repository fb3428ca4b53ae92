// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Turns the steps of an evaluation into an ``Explanation``.
///
/// Steps arrive as a walk through a tree: a stack holds the open entities, each with its open rule and condition.
struct ExplanationRecorder: EvaluationObserver {
    fileprivate struct Frame {
        var explanation: Explanation
        /// Whether it began before the maximum number of steps.
        let isRecorded: Bool
        var rule: Explanation.Rule?
        var condition: Explanation.Condition?
    }

    private var frames: [Frame] = []
    private(set) var result: Explanation?

    /// The part of a long target or value that an explanation has, in bytes.
    private static let maximumTextBytes = 4_096
    /// How many more steps are recorded below the entity that the caller asked for.
    private var remainingNestedSteps: Int
    private var omittedSteps = 0

    /// - Parameter nestedSteps: The maximum number of steps recorded below the entity that the caller asked for, which
    ///   ``Limits/explanationSteps`` bounds too.
    init(nestedSteps: Int) {
        remainingNestedSteps = min(nestedSteps, Limits.explanationSteps)
    }

    /// Whether a step of the innermost entity is recorded.
    private mutating func takeStep(isNested: Bool) -> Bool {
        guard isNested else { return true }
        guard remainingNestedSteps > 0 else {
            omittedSteps += 1
            return false
        }
        remainingNestedSteps -= 1
        return true
    }

    mutating func willEvaluate(_ kind: EntityKind, _ name: Text, as role: EvaluationRole) {
        let role: Explanation.Role =
            switch role {
            case .asked: .asked
            case .nested: .nested
            case .delegate: .delegate
            case .mapping: .mapping
            }
        let isRecorded = takeStep(isNested: !frames.isEmpty)
        frames.append(
            Frame(
                explanation: Explanation(kind: kind, name: isRecorded ? name.string : "", role: role),
                isRecorded: isRecorded))
    }

    mutating func didEvaluate(_ record: Record, _ recognition: Recognition) {
        guard var frame = frames.popLast() else { return }
        frame.closeRule()
        guard let last = frames.indices.last else {
            frame.explanation.finish(record, recognition)
            frame.explanation.omittedSteps = omittedSteps
            result = frame.explanation
            return
        }
        guard frame.isRecorded else { return }
        frame.explanation.finish(record, recognition)
        frames[last].attach(frame.explanation)
    }

    mutating func willTry(_ rule: RuleRow) {
        guard takeStep(isNested: frames.count > 1) else { return update { $0.closeRule() } }
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
        guard takeStep(isNested: frames.count > 1) else { return update { $0.closeCondition() } }
        update { frame in
            frame.closeCondition()
            frame.condition = Explanation.Condition(
                type: condition.source.type.string, field: condition.source.field.optionalString,
                operator: condition.source.comparison.optionalString,
                target: ExplanationRecorder.shortenedJSON(condition.source.target))
            frame.condition?.idType = condition.kind == .unitID ? condition.unit.title : nil
            frame.condition?.bucketCount = condition.target.pointee.bucketCount
        }
    }

    mutating func didCheck(_ condition: ConditionRow, value: ValueView, verdict: Bool, isUnsupported: Bool) {
        // A condition that isn't recorded leaves nothing to write.
        guard frames.last?.condition != nil else { return }
        let text = ExplanationRecorder.json(value)
        let unreadable = isUnsupported ? [] : condition.unreadableOperands(of: value)
        update { frame in
            frame.condition?.value = text
            frame.condition?.unreadable += unreadable
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

    mutating func lacksOperand(_ reason: Explanation.UnreadableOperand) {
        update { $0.condition?.unreadable.append(reason) }
    }

    mutating func bucketed(_ bucket: UInt64, of total: UInt64, threshold: Double, _ unit: UnitSelector, _ id: Text) {
        let found = Explanation.Bucket(
            bucket: bucket, total: total, threshold: threshold.isNaN ? nil : threshold,
            idType: unit.title, hasUnit: id.hasBytes)
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

    /// JSON as it stands in the document, without the white space between its parts: the text form has one line per step.
    fileprivate static func compact(_ json: Text) -> String {
        var writer = JSONWriter()
        writer.compact(json)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func shortened(_ text: Text) -> String {
        guard text.count > maximumTextBytes, let base = text.base else { return text.string }
        return Text(base: base, count: maximumTextBytes).string + "… (\(text.count) bytes)"
    }

    fileprivate static func shortenedJSON(_ json: Text) -> String {
        guard json.count <= maximumTextBytes else { return shortened(json) }
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

extension UnitSelector {
    /// The ID type as explanations show it.
    fileprivate var title: String { isUserID ? "userID" : name.string }
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

    /// Adds a finished evaluation to the condition, rule or entity that led to it.
    fileprivate mutating func attach(_ inner: Explanation) {
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

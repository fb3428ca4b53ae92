// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// The reason for an answer in one line: the rule that decided, with the values that it compared.
enum ShortReason {
    private static let targetWidth = 40
    // Deeper gates make the line too long to read.
    private static let maximumDepth = 3

    static func text(for explanation: Explanation) -> String {
        text(for: explanation, depth: 0)
    }

    private static func text(for explanation: Explanation, depth: Int) -> String {
        // The last rule that was tried is the one that passed, if any.
        guard let rule = explanation.rules.last, rule.passed else {
            return explanation.ruleID == "disabled" ? "its being disabled" : "the default, as no rule applies"
        }
        var reasons = rule.conditions.map { text(for: $0, depth: depth) }
        if let bucket = rule.bucket { reasons.append(text(for: bucket)) }
        let start = "rule \(rule.id): \(reasons.joined(separator: ", "))"
        guard let delegate = rule.delegates.first, depth < maximumDepth else { return start }
        return "\(start); \(delegate.kind.rawValue) \(delegate.name), \(text(for: delegate, depth: depth + 1))"
    }

    private static func text(for condition: Explanation.Condition, depth: Int) -> String {
        if let gate = condition.nested.first {
            let answer = "gate \(gate.name) is \(gate.value)"
            return depth < maximumDepth ? "\(answer) (\(text(for: gate, depth: depth + 1)))" : answer
        }
        if let remembered = condition.remembered { return "gate \(shortened(condition.target)) is \(remembered)" }
        if condition.operator == nil, condition.bucket == nil { return "everyone" }
        if let bucket = condition.bucket {
            // A table of buckets is too long to show.
            let isTable = condition.target.hasPrefix("{") || condition.target.hasPrefix("[")
            let test = isTable ? "of the rule's" : shortened(condition.target)
            return "bucket \(bucket.bucket) of \(bucket.total) \(condition.operator ?? "") \(test)"
        }
        let value = [condition.field, condition.value].compactMap { $0 }.joined(separator: " ")
        return "\(value) \(condition.operator ?? "") \(shortened(condition.target))"
    }

    private static func text(for bucket: Explanation.Bucket) -> String {
        guard let threshold = bucket.threshold else { return "bucket \(bucket.bucket) of \(bucket.total)" }
        let verb = Double(bucket.bucket) < threshold ? "is" : "isn't"
        return "bucket \(bucket.bucket) of \(bucket.total) \(verb) below \(Int(threshold.rounded(.up)))"
    }

    /// JSON in compact form, cut to the width of a target.
    private static func shortened(_ json: String) -> String {
        var writer = JSONWriter()
        writer.compact(json)
        return PlainText.shortened(String(decoding: writer.bytes, as: UTF8.self), to: targetWidth)
    }
}

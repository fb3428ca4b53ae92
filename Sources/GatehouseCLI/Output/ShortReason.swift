// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// Why an answer is what it is, in one line: the rule that decided, and what it compared.
enum ShortReason {
    private static let targetWidth = 40
    // Gates may nest deeply; nobody reads that in one line.
    private static let greatestDepth = 3

    static func text(for explanation: Explanation) -> String {
        text(for: explanation, depth: 0)
    }

    private static func text(for explanation: Explanation, depth: Int) -> String {
        // Rules are tried until one takes all its conditions.
        guard let rule = explanation.rules.last, rule.passed else {
            return explanation.ruleID == "disabled" ? "its being disabled" : "the default, as no rule applies"
        }
        var reasons = rule.conditions.map { text(for: $0, depth: depth) }
        if let bucket = rule.bucket { reasons.append(text(for: bucket)) }
        let start = "rule \(rule.id): \(reasons.joined(separator: ", "))"
        guard let delegate = rule.delegates.first, depth < greatestDepth else { return start }
        return "\(start); \(delegate.kind.rawValue) \(delegate.name), \(text(for: delegate, depth: depth + 1))"
    }

    private static func text(for condition: Explanation.Condition, depth: Int) -> String {
        if let gate = condition.nested.first {
            let answer = "gate \(gate.name) is \(gate.value)"
            return depth < greatestDepth ? "\(answer) (\(text(for: gate, depth: depth + 1)))" : answer
        }
        if let remembered = condition.remembered { return "gate \(shortened(condition.target)) is \(remembered)" }
        if condition.operator == nil, condition.bucket == nil { return "everyone" }
        if let bucket = condition.bucket {
            // A table of buckets says nothing to people.
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

    /// JSON on one line, and not all of it.
    private static func shortened(_ json: String) -> String {
        var writer = JSONWriter()
        writer.compact(json)
        return PlainText.shortened(String(decoding: writer.bytes, as: UTF8.self), to: targetWidth)
    }
}

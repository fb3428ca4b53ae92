// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Explanation: CustomStringConvertible {
    /// The steps as text, as ``text``.
    public var description: String { text }

    /// The steps as text: one line each, nested ones indented.
    ///
    /// The same evaluation always gives the same text. A line break in a name is written as `\n` or `\r`, so that no name
    /// forges a step.
    public var text: String {
        var lines: [String] = []
        append(to: &lines, indent: 0)
        return lines.map { Explanation.line($0) + "\n" }.joined()
    }

    private static func line(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private func append(to lines: inout [String], indent: Int) {
        let margin = String(repeating: "  ", count: indent)
        let title = role == .asked ? "" : "\(role.rawValue) "
        lines.append("\(margin)\(title)\(kind.rawValue) \(name)")
        for detour in detours { detour.append(to: &lines, indent: indent + 1) }
        if let bucket { lines.append("\(margin)  bucket \(bucket.text)") }
        for rule in rules { rule.append(to: &lines, indent: indent + 1) }
        var outcome = "\(margin)  → \(value)"
        if !ruleID.isEmpty { outcome += ", rule \(ruleID)" }
        if let groupName { outcome += ", group \(groupName)" }
        if reason != .recognized { outcome += " (\(reason.words))" }
        lines.append(outcome)
        if omittedSteps > 0 { lines.append("\(margin)  … without \(omittedSteps) steps of nested entities") }
    }
}

extension Explanation.Bucket {
    fileprivate var text: String {
        var text = "\(bucket) of \(total)"
        if let threshold { text += ", passes below \(threshold)" }
        if !hasUnit { text += " (the user has no \(idType), so the empty ID is hashed)" }
        return text
    }
}

extension Explanation.Rule {
    fileprivate func append(to lines: inout [String], indent: Int) {
        let margin = String(repeating: "  ", count: indent)
        let title = name.isEmpty || name == id ? "" : " \"\(name)\""
        let group = groupName.map { " (\($0))" } ?? ""
        let verdict = isUnsupported ? "unsupported" : passed ? "conditions pass" : "fails"
        lines.append("\(margin)rule \(id)\(title)\(group), \(passPercentage) %: \(verdict)")
        for condition in conditions { condition.append(to: &lines, indent: indent + 1) }
        if let bucket { lines.append("\(margin)  bucket \(bucket.text)") }
        for delegate in delegates { delegate.append(to: &lines, indent: indent + 1) }
    }
}

extension Explanation.Condition {
    fileprivate func append(to lines: inout [String], indent: Int) {
        let margin = String(repeating: "  ", count: indent)
        let mark = isUnsupported ? "?" : passed ? "✓" : "✗"
        if type.isEmpty {
            lines.append("\(margin)\(mark) a condition that the document doesn't have")
            return
        }
        var line = "\(margin)\(mark) \(type)"
        if let field { line += " \(field)" }
        if nested.isEmpty, remembered == nil, `operator` != nil || bucket != nil {
            if let bucket { line += ": bucket \(bucket.text)" } else { line += ": \(value ?? "no value")" }
        }
        if let `operator` { line += " \(`operator`)" }
        if let bucketCount {
            line += " \(bucketCount) of 1000 buckets"
        } else if target != "null" || `operator` != nil {
            line += " \(target)"
        }
        if let remembered { line += ": \(remembered), evaluated before" }
        let reasons = unreadable.compactMap { $0 == .unitMissing ? "the user has no \(idType ?? "ID")" : $0.words }
        if !reasons.isEmpty { line += ": \(reasons.joined(separator: ", and "))" }
        if isUnsupported, nested.isEmpty { line += ": unknown type or operator" }
        lines.append(line)
        for inner in nested { inner.append(to: &lines, indent: indent + 1) }
    }
}

extension Explanation.UnreadableOperand {
    /// What the text form adds to a condition's line, `nil` where the line says it already.
    fileprivate var words: String? {
        switch self {
        case .valueMissing, .unitMissing: nil
        case .valueNotNumber: "the value isn't a number"
        case .valueNotTime: "the value isn't a time such as 2024-06-01T00:00:00Z or a number of ms"
        case .valueTimeTooLong: "the value isn't read as a time, since it has more than 20 characters"
        case .valueNotVersion: "the value isn't a version of numbers and dots"
        case .valueNotArray: "the value isn't an array"
        case .valueNotText: "the value is an object, which has no text"
        case .targetNotNumber: "the target isn't a number"
        case .targetNotTime: "the target isn't a time"
        case .targetNotVersion: "the target isn't a version of numbers and dots"
        case .targetNotPattern: "the target isn't a valid regular expression"
        case .targetNotList: "the target isn't a list"
        case .targetNotName: "the target isn't the name of an ID list"
        case .idListMissing: "there is no such ID list"
        case .addressMissing: "the user has no IP address"
        case .countryUnknown: "the IP address isn't an IPv4 address of a known country"
        }
    }
}

extension Explanation.UnreadableOperand {
    /// The reason in words if it depends on the target alone, `nil` if it depends on the user.
    var wordsOfTarget: String? {
        switch self {
        case .targetNotNumber, .targetNotTime, .targetNotVersion, .targetNotPattern, .targetNotList, .targetNotName:
            words
        default: nil
        }
    }
}

extension EvaluationReason {
    /// The reason in a few words.
    var words: String {
        switch self {
        case .recognized: "recognized"
        case .unrecognized: "unknown name"
        case .unsupported: "unsupported"
        case .localOverride: "local override"
        case .countryLookupNotLoaded: "no country lookup"
        case .persisted: "persisted"
        case .tooDeep: "nests too deep"
        }
    }
}

extension Explanation {
    /// The steps as one compact JSON object, members in a fixed order; members without a value are omitted.
    public var json: String {
        var writer = JSONWriter()
        writer.value(tree)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    fileprivate var tree: Value {
        var object = Object()
        object["kind"] = .string(kind.rawValue)
        object["name"] = .string(name)
        object["role"] = .string(role.rawValue)
        if !detours.isEmpty { object["detours"] = .array(detours.map(\.tree)) }
        if let bucket { object["bucket"] = bucket.tree }
        object["rules"] = .array(rules.map(\.tree))
        object["value"] = Value(jsonText: value)
        object["rule_id"] = .string(ruleID)
        if let groupName { object["group_name"] = .string(groupName) }
        object["reason"] = .string(reason.description(source: "Ruleset"))
        if omittedSteps > 0 { object["omitted_steps"] = .integer(Int64(clamping: omittedSteps)) }
        return .object(object)
    }
}

extension Explanation.Bucket {
    fileprivate var tree: Value {
        var object = Object()
        object["bucket"] = .integer(Int64(clamping: bucket))
        object["total"] = .integer(Int64(clamping: total))
        if let threshold { object["threshold"] = .double(threshold) }
        if !hasUnit { object["missing_unit"] = .string(idType) }
        return .object(object)
    }
}

extension Explanation.Rule {
    fileprivate var tree: Value {
        var object = Object()
        object["id"] = .string(id)
        object["name"] = .string(name)
        if let groupName { object["group_name"] = .string(groupName) }
        object["pass_percentage"] = .double(passPercentage)
        object["passed"] = .bool(passed)
        if isUnsupported { object["unsupported"] = true }
        object["conditions"] = .array(conditions.map(\.tree))
        if let bucket { object["bucket"] = bucket.tree }
        if !delegates.isEmpty { object["delegates"] = .array(delegates.map(\.tree)) }
        return .object(object)
    }
}

extension Explanation.Condition {
    fileprivate var tree: Value {
        var object = Object()
        object["type"] = .string(type)
        if let field { object["field"] = .string(field) }
        if let `operator` { object["operator"] = .string(`operator`) }
        object["target"] = Value(jsonText: target)
        if let value { object["value"] = Value(jsonText: value) }
        object["passed"] = .bool(passed)
        if isUnsupported { object["unsupported"] = true }
        if unreadable.contains(.unitMissing), let idType { object["missing_unit"] = .string(idType) }
        if !unreadable.isEmpty { object["unreadable"] = .array(unreadable.map { .string($0.rawValue) }) }
        if let bucket { object["bucket"] = bucket.tree }
        if let bucketCount { object["bucket_count"] = .integer(Int64(bucketCount)) }
        if let remembered { object["remembered"] = .string(remembered) }
        if !nested.isEmpty { object["nested"] = .array(nested.map(\.tree)) }
        return .object(object)
    }
}

extension Value {
    /// The value of JSON text; a text that was cut short stays a string.
    fileprivate init(jsonText text: String) {
        self = text.withTextBytes { Value(json: $0) } ?? .string(text)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Explanation {
    /// The steps as one compact JSON object, members in a fixed order and left out where there is nothing to say.
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
        return .object(object)
    }
}

extension Explanation.Bucket {
    fileprivate var tree: Value {
        var object = Object()
        object["bucket"] = .integer(Int64(clamping: bucket))
        object["total"] = .integer(Int64(clamping: total))
        if let threshold { object["threshold"] = .double(threshold) }
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
        if let bucket { object["bucket"] = bucket.tree }
        if let remembered { object["remembered"] = .string(remembered) }
        if !nested.isEmpty { object["nested"] = .array(nested.map(\.tree)) }
        return .object(object)
    }
}

extension Value {
    /// The value of JSON text; a text that was cut short stays a string.
    fileprivate init(jsonText text: String) {
        var copy = text
        self =
            copy.withUTF8 { bytes in
                bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
            } ?? .string(text)
    }
}

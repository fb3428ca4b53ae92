// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import GatehouseSpec

/// The JSON schemas of the OpenAPI document.
enum Schemas {
    static let string: Value = ["type": "string"]
    static let object: Value = ["type": "object"]

    static func text(longest: Int) -> Value { ["type": "string", "maxLength": .integer(Int64(longest))] }

    static func integer(_ range: ClosedRange<Int>) -> Value {
        [
            "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
            "maximum": .integer(Int64(range.upperBound)),
        ]
    }

    static func words<T: CaseIterable & RawRepresentable>(of type: T.Type) -> Value where T.RawValue == String {
        ["type": "string", "enum": .array(T.allCases.map { .string($0.rawValue) })]
    }

    static func array(_ items: Value, most: Int? = nil) -> Value {
        var object: Object = ["type": "array", "items": items]
        object["maxItems"] = most.map { .integer(Int64($0)) }
        return .object(object)
    }

    static func object(_ properties: Object, required: [String] = []) -> Value {
        var object: Object = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { object["required"] = .array(required.map(Value.string)) }
        return .object(object)
    }

    /// A schema of objects that refuses members without a schema by name, unless they are `null`.
    static func closed(_ properties: Object, required: [String] = []) -> Value {
        guard case .object(var schema) = object(properties, required: required) else { return object }
        schema["additionalProperties"] = ["type": "null"]
        return .object(schema)
    }

    /// A schema that also allows `null`.
    static func nullable(_ schema: Value) -> Value { ["anyOf": [schema, ["type": "null"]]] }
}

/// Checks values against JSON schemas: the schemas of the API, and the schemas of dynamic configs.
///
/// The vocabulary is that of JSON Schema 2020-12 without remote references, formats and keywords that depend on annotations.
struct SchemaCheck {
    private static let maximumErrors = 20

    private var errors: [FieldError] = []
    private let root: Value
    /// Whether only the number of errors counts: their texts, of which most checks make one per value, are left out.
    private let isSilent: Bool
    private let budget: SchemaBudget

    private init(_ root: Value, _ budget: SchemaBudget, isSilent: Bool = false) {
        self.root = root
        self.isSilent = isSilent
        self.budget = budget
    }

    /// Checks a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - schema: The schema.
    ///   - property: The name of the value in messages.
    ///   - budget: The steps that this check and others may take together.
    /// - Returns: The errors, none for a valid value; one error if the check would take too long.
    static func errors(
        _ value: Value, _ schema: Value, at property: String, budget: SchemaBudget = SchemaBudget()
    ) -> [FieldError] {
        var check = SchemaCheck(schema, budget)
        check.check(value, schema, property, 0)
        guard !budget.isUsedUp else {
            let name = property.isEmpty ? "body" : property
            return [FieldError(property: name, message: "\(name) takes too long to check", refusal: .schemaSteps)]
        }
        return check.errors
    }

    private func spend(_ steps: Int) -> Bool { budget.spend(steps) }

    private mutating func refuse(_ property: String, _ message: @autoclosure () -> String) {
        guard errors.count < SchemaCheck.maximumErrors else { return }
        errors.append(FieldError(property: property, message: isSilent ? "" : "\(property) \(message())"))
    }

    private mutating func accepts(_ value: Value, _ schema: Value, _ depth: Int) -> Bool {
        var check = SchemaCheck(root, budget, isSilent: true)
        check.check(value, schema, "value", depth)
        return check.errors.isEmpty
    }

    /// The schemas that don't refuse a value by its type; if all do, the only schema that isn't for `null`.
    private static func candidates(_ schemas: [Value], for value: Value) -> [Value] {
        let fitting = schemas.filter { schema in
            guard let type = schema.object?["type"] else { return true }
            let types = type.string.map { [$0] } ?? (type.array ?? []).compactMap(\.string)
            return types.contains { isType(value, $0) }
        }
        return fitting.isEmpty ? schemas.filter { $0 != ["type": "null"] } : fitting
    }

    /// How many of some schemas accept a value.
    private mutating func count(_ schemas: [Value], accepting value: Value, _ depth: Int) -> Int {
        var count = 0
        for schema in schemas where !budget.isUsedUp && accepts(value, schema, depth) { count += 1 }
        return count
    }

    private mutating func check(_ value: Value, _ schema: Value, _ property: String, _ depth: Int) {
        guard depth < ConsoleLimits.maximumSchemaDepth else { return budget.giveUp() }
        guard spend(1) else { return }
        if schema == false { return refuse(property, "must not be there") }
        guard let schema = schema.object else { return }
        if let reference = schema["$ref"]?.string, spend(1 + reference.utf8.count), let target = resolved(reference) {
            check(value, target, property, depth + 1)
        }
        if let type = schema["type"] {
            guard spend(type.array?.count ?? 1) else { return }
            let types = type.string.map { [$0] } ?? (type.array ?? []).compactMap(\.string)
            guard types.contains(where: { SchemaCheck.isType(value, $0) }) else {
                return refuse(property, "must be of type \(types.joined(separator: " or "))")
            }
        }
        if let choices = schema["enum"]?.array, spend(choices.count), !choices.contains(value) {
            refuse(property, "must be one of: \(choices.map { $0.string ?? JSON.text($0) }.joined(separator: ", "))")
        }
        if let constant = schema["const"], constant != value { refuse(property, "must be \(JSON.text(constant))") }
        combine(value, schema, property, depth)
        switch value {
        case .string(let text): check(text, schema, property)
        case .array(let elements): check(elements, schema, property, depth)
        case .object(let object): check(object, schema, property, depth)
        default: if let number = value.double { check(number, schema, property) }
        }
    }

    private mutating func combine(_ value: Value, _ schema: Object, _ property: String, _ depth: Int) {
        for part in schema.list("allOf") { check(value, part, property, depth + 1) }
        if let parts = schema["anyOf"]?.array {
            let candidates = SchemaCheck.candidates(parts, for: value)
            if candidates.count == 1, value != .null {
                // The message of that schema says more than that none fits.
                check(value, candidates[0], property, depth + 1)
            } else if count(parts, accepting: value, depth + 1) == 0 {
                refuse(property, "has none of the forms that it may have")
            }
        }
        if let parts = schema["oneOf"]?.array, count(parts, accepting: value, depth + 1) != 1 {
            refuse(property, "must have exactly one of the forms that it may have")
        }
        if let part = schema["not"], accepts(value, part, depth + 1) {
            refuse(property, "has a form that it must not have")
        }
    }

    private mutating func check(_ text: String, _ schema: Object, _ property: String) {
        guard spend(text.utf8.count / 64) else { return }
        let count = Double(text.unicodeScalars.count)
        if let least = schema.number("minLength"), count < least {
            refuse(property, "must be longer than or equal to \(JSON.text(.number(least))) characters")
        }
        if let most = schema.number("maxLength"), count > most {
            refuse(property, "must be shorter than or equal to \(JSON.text(.number(most))) characters")
        }
        if let pattern = schema["pattern"]?.string, !matches(text, pattern) {
            refuse(property, "must match \(pattern)")
        }
    }

    private mutating func check(_ number: Double, _ schema: Object, _ property: String) {
        if let least = schema.number("minimum"), number < least {
            refuse(property, "must not be less than \(JSON.text(.number(least)))")
        }
        if let most = schema.number("maximum"), number > most {
            refuse(property, "must not be greater than \(JSON.text(.number(most)))")
        }
        if let least = schema.number("exclusiveMinimum"), number <= least {
            refuse(property, "must be greater than \(JSON.text(.number(least)))")
        }
        if let most = schema.number("exclusiveMaximum"), number >= most {
            refuse(property, "must be less than \(JSON.text(.number(most)))")
        }
        // 12.34 is a multiple of 0.01, although the quotient of their nearest doubles isn't an integer.
        if let step = schema.number("multipleOf"), step > 0,
            case let quotient = number / step, abs(quotient - quotient.rounded()) > 4 * quotient.ulp
        {
            refuse(property, "must be a multiple of \(JSON.text(.number(step)))")
        }
    }

    private mutating func check(_ elements: [Value], _ schema: Object, _ property: String, _ depth: Int) {
        if let least = schema.number("minItems"), Double(elements.count) < least {
            refuse(property, "must contain at least \(JSON.text(.number(least))) elements")
        }
        if let most = schema.number("maxItems"), Double(elements.count) > most {
            return refuse(property, "must contain no more than \(JSON.text(.number(most))) elements")
        }
        if schema.flag("uniqueItems"), spend(elements.count * elements.count / 16) {
            for (index, element) in elements.enumerated() where elements[..<index].contains(element) {
                refuse(property, "must not contain an element twice")
                break
            }
        }
        let first = schema.list("prefixItems")
        for (index, element) in elements.enumerated() {
            if index < first.count {
                check(element, first[index], isSilent ? property : "\(property).\(index)", depth + 1)
            } else if let items = schema["items"] {
                check(element, items, isSilent ? property : "\(property).\(index)", depth + 1)
            }
            if errors.count >= SchemaCheck.maximumErrors { return }
        }
    }

    private mutating func check(_ object: Object, _ schema: Object, _ property: String, _ depth: Int) {
        func path(_ name: String) -> String { property.isEmpty ? name : "\(property).\(name)" }
        guard spend(schema.list("required").count) else { return }
        for name in schema.texts("required") where object[name] == nil { refuse(path(name), "is required") }
        if let least = schema.number("minProperties"), Double(object.count) < least {
            refuse(property, "must have at least \(JSON.text(.number(least))) members")
        }
        if let most = schema.number("maxProperties"), Double(object.count) > most {
            refuse(property, "must have no more than \(JSON.text(.number(most))) members")
        }
        let properties = schema.object("properties")
        let patternProperties = schema.object("patternProperties")
        for (name, value) in object {
            // Members are found by comparing names one after the other.
            guard spend(1 + properties.count / 16) else { return }
            var isKnown = false
            if let part = properties[name] {
                check(value, part, path(name), depth + 1)
                isKnown = true
            }
            for (pattern, part) in patternProperties where matches(name, pattern) {
                check(value, part, path(name), depth + 1)
                isKnown = true
            }
            guard !isKnown, let part = schema["additionalProperties"] else { continue }
            if part == ["type": "null"], value == .null { continue }
            if part == false || part == ["type": "null"] {
                guard spend(properties.count), errors.count < SchemaCheck.maximumErrors else { return }
                errors.append(UnknownMember.error(name, among: isSilent ? [] : properties.map(\.name), in: property))
            } else {
                check(value, part, path(name), depth + 1)
            }
        }
    }

    private func resolved(_ reference: String) -> Value? {
        guard reference.hasPrefix("#") else { return nil }
        return reference.dropFirst().split(separator: "/").reduce(root) { value, name in
            value?.object?[String(name).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }

    private static func isType(_ value: Value, _ type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("string", .string), ("array", .array), ("object", .object): true
        case ("number", _): value.double != nil
        case ("integer", _): value.double.map { $0 == $0.rounded() } ?? false
        default: false
        }
    }

    /// Whether a pattern is found in a text; patterns that can't be compiled match everything.
    private mutating func matches(_ text: String, _ pattern: String) -> Bool {
        // The time of a match grows with both lengths, that of a compilation with one.
        let (textCount, patternCount) = (text.utf8.count, pattern.utf8.count)
        let compilation = budget.patterns.has(pattern) ? 0 : 100 + patternCount * 8
        guard spend(20 + textCount * patternCount / 256 + compilation) else { return true }
        return budget.patterns.matches(text, pattern)
    }
}

/// The steps that the schema checks of one request may take together, each about the time of one comparison.
///
/// Once they are used up, or the client has left, all checks refuse.
final class SchemaBudget {
    private var steps: Int
    private let request = LargeRequest.current
    fileprivate let patterns = PatternCache()

    /// - Parameter byteCount: The length of the checked values as text, which the steps grow with.
    init(byteCount: Int = 0) {
        // The schemas of the API take up to four steps for each value of a request, which has at least two bytes.
        steps = ConsoleLimits.minimumSchemaSteps + min(byteCount, 1 << 24) * 2
    }

    var isUsedUp: Bool { steps < 0 }

    /// Uses up the steps that are left.
    func giveUp() { steps = -1 }

    /// Takes steps off the budget, `false` once there are none left.
    func spend(_ count: Int) -> Bool {
        guard steps >= count else {
            steps = -1
            return false
        }
        let isTimeToLook = (steps ^ (steps - count)) >> 12 != 0
        steps -= count
        if isTimeToLook, request?.isAbandoned == true {
            steps = -1
            return false
        }
        return true
    }
}

/// The patterns of a request's checks, each compiled once.
private final class PatternCache {
    private let workspaces = PatternWorkspaces()
    private var patterns: [String: Pattern?] = [:]

    deinit {
        for case let pattern? in patterns.values { pattern.free() }
        workspaces.free()
    }

    func has(_ pattern: String) -> Bool { patterns[pattern] != nil }

    func matches(_ text: String, _ pattern: String) -> Bool {
        var text = text
        guard let compiled = compiled(pattern) else { return true }
        return text.withUTF8 { compiled.matches($0) }
    }

    private func compiled(_ text: String) -> Pattern? {
        if let known = patterns[text] { return known }
        var copy = text
        let pattern = copy.withUTF8 { Pattern.compile($0, lending: workspaces) }
        patterns[text] = .some(pattern)
        return pattern
    }
}

/// The refusal of a member that a request has and no schema knows.
enum UnknownMember {
    /// The length of names in messages.
    private static let maximumShownName = 100

    /// The error, with the known member that has nearly the same name.
    ///
    /// - Parameters:
    ///   - name: The member's name.
    ///   - known: The names of the members that the object may have.
    ///   - path: The path of the object, empty for the body.
    /// - Returns: The error.
    static func error(_ name: String, among known: [String], in path: String = "") -> FieldError {
        let shown = String(name.prefix(maximumShownName))
        let property = path.isEmpty ? shown : "\(path).\(shown)"
        let similar = known.first { NameDistance.isMisspelling(shown, of: $0) }
        return FieldError(
            property: property, message: "\(property) is unknown" + (similar.map { ", did you mean \($0)?" } ?? ""))
    }
}

/// An error about one member of a request.
struct FieldError: Sendable, Equatable {
    let property: String
    let message: String
    /// The bound that the request exceeded, if that is the error.
    var refusal: ConsoleMetrics.Refusal?

    var json: Value { ["property": .string(property), "errorMessage": .string(message)] }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Coded as an object with a member for each kind. Each name has a value for all users (`everybody`), for single units, or
/// both:
///
/// ```json
/// {
///   "gates": {"new_checkout": {"everybody": false, "units": {"tester-1": true}}},
///   "dynamicConfigs": {"pricing": {"everybody": {"price": 9.99}}},
///   "experiments": {
///     "button": {"everybody": {"group": "Blue"}, "units": {"tester-1": {"value": {"color": "red"}}}}
///   },
///   "layers": {"shop": {"units": {"tester-1": {"size": 2}}}},
///   "parameterStores": {"home": {"everybody": {"banner": "summer"}}}
/// }
/// ```
///
/// A unit is a user ID or a custom ID. An experiment is overridden by `group` or by `value`. Decoding refuses members of
/// other names, which are most likely misspelled.
extension LocalOverrides: Codable {
    private enum Kind: String, CodingKey, CaseIterable {
        case gates, dynamicConfigs, experiments, layers, parameterStores
    }

    /// Reads overrides.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when they don't have the shape above.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.refuseMembers(except: Kind.allCases)
        let kinds = try decoder.container(keyedBy: Kind.self)
        try kinds.answers(.gates) { setGate($0, to: $1, for: $2) }
        try kinds.answers(.dynamicConfigs) { setDynamicConfig($0, to: $1, for: $2) }
        try kinds.answers(.experiments) { setExperiment($0, to: $1, for: $2) }
        try kinds.answers(.layers) { setLayer($0, to: $1, for: $2) }
        try kinds.answers(.parameterStores) { setParameterStore($0, to: $1, for: $2) }
    }

    /// Writes overrides.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: `EncodingError` when the coder can't write them.
    public func encode(to encoder: any Encoder) throws {
        var kinds = encoder.container(keyedBy: Kind.self)
        try kinds.encode(gates, .gates)
        try kinds.encode(dynamicConfigs, .dynamicConfigs)
        try kinds.encode(experiments, .experiments)
        try kinds.encode(layers, .layers)
        try kinds.encode(parameterStores, .parameterStores)
    }
}

extension LocalOverrides.ExperimentOverride: Codable {
    private enum Form: String, CodingKey, CaseIterable { case group, value }

    /// Reads an override: an object with either `group` or `value`.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when it isn't one.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseMembers(except: Form.allCases)
        let forms = try decoder.container(keyedBy: Form.self)
        let group = try forms.decodeIfPresent(String.self, forKey: .group)
        let value = try forms.decodeIfPresent(Object.self, forKey: .value)
        switch (group, value) {
        case (let group?, nil): self = .group(group)
        case (nil, let value?): self = .value(value)
        default:
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "needs either group or value"))
        }
    }

    /// Writes the override.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: `EncodingError` when the coder can't write it.
    public func encode(to encoder: any Encoder) throws {
        var forms = encoder.container(keyedBy: Form.self)
        switch self {
        case .group(let name): try forms.encode(name, forKey: .group)
        case .value(let value): try forms.encode(value, forKey: .value)
        }
    }
}

/// The overrides of one name.
private struct Answers<Answer: Codable & Sendable>: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable { case everybody, units }

    let everybody: Answer?
    let units: [String: Answer]?

    init(_ table: LocalOverrides.Table<Answer>) {
        everybody = table.everybody
        let units = table.byUnit.map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
        self.units = units.isEmpty ? nil : Dictionary(units) { $1 }
    }

    init(from decoder: any Decoder) throws {
        try decoder.refuseMembers(except: CodingKeys.allCases)
        let members = try decoder.container(keyedBy: CodingKeys.self)
        everybody = try members.decodeIfPresent(Answer.self, forKey: .everybody)
        units = try members.decodeIfPresent([String: Answer].self, forKey: .units)
    }
}

extension KeyedDecodingContainer {
    fileprivate func answers<Answer: Codable & Sendable>(
        _ kind: Key, _ use: (_ name: String, _ answer: Answer, _ unit: String?) -> Void
    ) throws {
        for (name, answers) in try decodeIfPresent([String: Answers<Answer>].self, forKey: kind) ?? [:] {
            if let everybody = answers.everybody { use(name, everybody, nil) }
            for (unit, answer) in answers.units ?? [:] { use(name, answer, unit) }
        }
    }
}

extension KeyedEncodingContainer {
    fileprivate mutating func encode<Answer: Codable & Sendable>(
        _ tables: LocalOverrides.Tables<Answer>, _ kind: Key
    ) throws {
        let answers = tables.byName.compactMap { name, table in
            table.isEmpty ? nil : (String(decoding: name, as: UTF8.self), Answers(table))
        }
        if !answers.isEmpty { try encode(Dictionary(answers) { $1 }, forKey: kind) }
    }
}

extension Decoder {
    /// Refuses an object that has members of other names.
    fileprivate func refuseMembers(except known: [some CodingKey]) throws {
        let names = known.map(\.stringValue)
        for key in try container(keyedBy: MemberName.self).allKeys where !names.contains(key.stringValue) {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: codingPath + [key],
                    debugDescription: "\(key.stringValue) isn't one of \(names.joined(separator: ", "))"))
        }
    }
}

private struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

/// A made-up population: users whose attributes have the values that a document's conditions tell apart.
///
/// The same documents and seed always give the same users. Each user has a random ID of every unit type, so shares by bucket
/// are those of real users; shares by attributes aren't, since half of the users have a value of a condition's list.
public struct SampledUsers: Sendable {
    private let attributes: [(attribute: UserAttribute, values: [Value])]
    private let unitTypes: [String]
    private var random: SeededRandom
    private var count = 0

    /// Prepares to make users.
    ///
    /// - Parameters:
    ///   - rulesets: The documents whose conditions count.
    ///   - seed: Decides the users.
    public init(for rulesets: [Ruleset], seed: UInt64) {
        let candidates = withExtendedLifetime(rulesets) { FieldCandidates(rulesets.map(\.program)) }
        attributes = candidates.attributes.map { ($0, candidates.values[$0] ?? []) }
        unitTypes = candidates.unitTypes
        random = SeededRandom(seed: seed)
    }

    /// Makes the next user.
    public mutating func next() -> User {
        var user = User(userID: "sample-\(count)-\(String(random.next(), radix: 36))")
        count += 1
        for type in unitTypes where type.lowercased() != "userid" {
            user.setCustomID(.string("\(type)-\(String(random.next(), radix: 36))"), for: type)
        }
        for (attribute, values) in attributes {
            // Few users share an ID of a list, so that buckets stay random.
            if attribute.isID, random.next(below: 16) > 0 { continue }
            switch random.next(below: 8) {
            case 0..<4:
                guard !values.isEmpty else { continue }
                user.set(values[random.next(below: values.count)], for: attribute)
            case 4, 5: user.set(.string(CandidateValues.other), for: attribute)
            default: continue
            }
        }
        return user
    }
}

extension UserAttribute {
    fileprivate var isID: Bool {
        switch self {
        case .unit: true
        case .field(let name): name == "userID"
        case .environment: false
        }
    }
}

/// A generator of random numbers that a seed decides: SplitMix64.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to but not including a bound, which is at least 1.
    mutating func next(below bound: Int) -> Int {
        Int(next() % UInt64(max(bound, 1)))
    }
}

extension User {
    /// Sets what conditions read, or removes it.
    ///
    /// - Parameters:
    ///   - value: The value, `nil` for none.
    ///   - attribute: What to set.
    mutating func set(_ value: Value?, for attribute: UserAttribute) {
        switch attribute {
        case .field(let name): setField(value, name)
        case .unit(let type):
            if type.lowercased() == "userid" {
                self[.userID] = value
            } else {
                customIDs = customIDs.setting(value, for: type)
            }
        case .environment(let name):
            environment = (environment ?? Object()).setting(value, for: name)
        }
    }

    /// What conditions read.
    func value(of attribute: UserAttribute) -> Value? {
        switch attribute {
        case .field(let name):
            if let field = Field(lowered: name.lowercased()), let value = self[field] { return value }
            return custom.member(name) ?? privateAttributes.member(name)
        case .unit(let type): return type.lowercased() == "userid" ? self[.userID] : customIDs.member(type)
        case .environment(let name): return environment?[name]
        }
    }

    private mutating func setField(_ value: Value?, _ name: String) {
        if let field = Field(lowered: name.lowercased()) { self[field] = value }
        // A custom field of the same name counts where the well-known one is empty.
        let isWellKnown = Field(lowered: name.lowercased()) != nil
        custom = custom.setting(isWellKnown ? nil : value, for: name)
        if !privateAttributes.isEmpty { privateAttributes = privateAttributes.setting(nil, for: name) }
    }
}

extension User.Field {
    fileprivate init?(lowered name: String) {
        switch name {
        case "userid": self = .userID
        case "email": self = .email
        case "ip": self = .ip
        case "useragent": self = .userAgent
        case "country": self = .country
        case "locale": self = .locale
        case "appversion": self = .appVersion
        default: return nil
        }
    }
}

extension Object {
    /// The member of a name, or of the name in lower case, as conditions find it.
    fileprivate func member(_ name: String) -> Value? { self[name] ?? self[name.lowercased()] }

    /// The object with another value of a name in both cases that conditions find.
    fileprivate func setting(_ value: Value?, for name: String) -> Object {
        var result = self
        result[name.lowercased()] = nil
        result[name] = value
        return result
    }
}

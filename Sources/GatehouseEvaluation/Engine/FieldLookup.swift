// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Finds the values of a user and a context that conditions compare.
///
/// A type of its own with three addresses, because each lookup copies the value that it is a method of: this one is far
/// smaller than the evaluator.
struct FieldLookup: BitwiseCopyable {
    let user: UserView
    private let context: ContextView
    private let program: UnsafePointer<Program>

    @inline(__always)
    init(user: UserView, context: ContextView, program: UnsafePointer<Program>) {
        self.user = user
        self.context = context
        self.program = program
    }

    /// The ID that a selector stands for (Evaluation §3.2).
    @inline(__always)
    func unit(_ selector: UnitSelector) -> ValueView {
        if selector.isUserID { return user.field(.userID) }
        return user.store.find(selector.name, or: selector.loweredName, in: user.customIDs) ?? .none
    }

    /// The ID's text; users without one share the empty one.
    @inline(__always)
    func unitText(_ selector: UnitSelector) -> Text { unit(selector).text }

    /// A field of the user by Evaluation §3.3: a well-known one unless empty, custom, global, private, then aliases.
    @inline(__always)
    func field(_ selector: FieldSelector) -> ValueView {
        if selector.name.isMissing { return .none }
        if let field = selector.wellKnown.field {
            let value = user.field(field)
            if value.text.hasBytes { return value }
        }
        if let value = user.store.find(selector.name, or: selector.loweredName, in: user.custom) { return value }
        if let value = context.store.find(selector.name, or: selector.loweredName, in: context.globalCustom) {
            return value
        }
        if let value = user.store.find(selector.name, or: selector.loweredName, in: user.privateAttributes) {
            return value
        }
        if let field = selector.alias.field { return user.field(field) }
        return .none
    }

    /// A field of the environment: the user's own, then the process's (Evaluation §3.4, §3.5).
    func environmentField(_ selector: FieldSelector) -> ValueView {
        if selector.name.isMissing { return .none }
        if let value = user.store.find(selector.name, in: user.environment) { return value }
        guard selector.name == "tier" || selector.loweredName == "tier" else { return .none }
        if let environment = context.environment { return environment }
        let fallback = program.pointee.defaultEnvironment
        return fallback.isMissing ? .none : .string(fallback)
    }

    /// A part of the user agent in the well-known field, `nil` where the user has no cache for the parsed parts.
    func userAgentPart(_ part: UserAgent.Part) -> Text? {
        guard let cache = user.userAgentCache else { return nil }
        if let known = cache.text(of: part) { return known }
        guard let parsed = UserAgent(parsing: user.field(.userAgent).text.bytes) else { return nil }
        cache.fill(with: parsed)
        return cache.text(of: part)
    }
}

extension FieldSelector.WellKnown {
    /// The user's field of the same name.
    @inline(__always)
    var field: User.Field? {
        switch self {
        case .none: nil
        case .userID: .userID
        case .email: .email
        case .ip: .ip
        case .country: .country
        case .locale: .locale
        case .appVersion: .appVersion
        case .userAgent: .userAgent
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// What responses and events tell of a user.
extension JSONWriter {
    /// The user's values, but for the private attributes, and the context's that count as theirs.
    mutating func write(_ user: UserView, _ context: EvaluationContext, defaultEnvironment: Text) {
        raw("{")
        for (name, field) in JSONWriter.userFields {
            let row = user.row(field)
            if row.kind == .absent || row.kind == .null { continue }
            beginMember()
            raw(name)
            user.store.write(valueOf: row, into: &self)
        }
        if user.hasCustomIDs {
            beginMember()
            raw("\"customIDs\":")
            user.store.write(objectOf: user.customIDs, into: &self)
        }
        write(customFieldsOf: user, context.view)
        write(environmentOf: user, context, defaultEnvironment)
        raw("}")
    }

    private static let userFields: [(StaticString, User.Field)] = [
        ("\"userID\":", .userID), ("\"email\":", .email), ("\"ip\":", .ip), ("\"userAgent\":", .userAgent),
        ("\"country\":", .country), ("\"locale\":", .locale), ("\"appVersion\":", .appVersion),
    ]

    /// The user's custom fields, and those of all users that this one hasn't.
    private mutating func write(customFieldsOf user: UserView, _ context: ContextView) {
        guard user.hasCustom || !context.globalCustom.isEmpty else { return }
        beginMember()
        raw("\"custom\":{")
        for row in user.custom {
            beginMember()
            user.store.write(member: row, into: &self)
        }
        for row in context.globalCustom where user.store.find(context.store.name(of: row), in: user.custom) == nil {
            beginMember()
            context.store.write(member: row, into: &self)
        }
        raw("}")
    }

    private mutating func write(environmentOf user: UserView, _ context: EvaluationContext, _ fallback: Text) {
        if user.hasEnvironment {
            beginMember()
            raw("\"statsigEnvironment\":")
            user.store.write(objectOf: user.environment, into: &self)
            return
        }
        guard context.environment != nil || !fallback.isMissing else { return }
        beginMember()
        raw("\"statsigEnvironment\":{\"tier\":")
        if let environment = context.environment { string(environment) } else { string(fallback) }
        raw("}")
    }

    /// A comma, unless what comes is an object's first member.
    mutating func beginMember() {
        if bytes.last != UInt8(ascii: "{") { raw(",") }
    }
}

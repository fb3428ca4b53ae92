// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// A user as responses and events have it.
extension JSONWriter {
    /// Writes the user's values except the private attributes, and the context's values that apply to the user.
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

    /// Writes the user's custom fields, and the context's fields that the user lacks.
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

    /// Writes a comma, unless an object's first member follows.
    mutating func beginMember() {
        if bytes.last != UInt8(ascii: "{") { raw(",") }
    }
}

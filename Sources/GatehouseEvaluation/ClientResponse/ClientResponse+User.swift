// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// What a response tells of the user (Evaluation §21.2).
extension ClientResponse {
    /// The user's values, but for the private attributes, and the context's that count as theirs.
    mutating func write(user: UserView, _ context: EvaluationContext) {
        writer.raw("{")
        for (name, field) in ClientResponse.fields {
            let row = user.row(field)
            if row.kind == .absent || row.kind == .null { continue }
            beginMember()
            writer.raw(name)
            user.store.write(valueOf: row, into: &writer)
        }
        if user.hasCustomIDs {
            beginMember()
            writer.raw("\"customIDs\":")
            user.store.write(objectOf: user.customIDs, into: &writer)
        }
        write(customFieldsOf: user, context.view)
        write(environmentOf: user, context)
        writer.raw("}")
    }

    private static let fields: [(StaticString, User.Field)] = [
        ("\"userID\":", .userID), ("\"email\":", .email), ("\"ip\":", .ip), ("\"userAgent\":", .userAgent),
        ("\"country\":", .country), ("\"locale\":", .locale), ("\"appVersion\":", .appVersion),
    ]

    /// The user's custom fields, and those of all users that this one hasn't.
    private mutating func write(customFieldsOf user: UserView, _ context: ContextView) {
        guard user.hasCustom || !context.globalCustom.isEmpty else { return }
        beginMember()
        writer.raw("\"custom\":{")
        for row in user.custom {
            beginMember()
            user.store.write(member: row, into: &writer)
        }
        for row in context.globalCustom where user.store.find(context.store.name(of: row), in: user.custom) == nil {
            beginMember()
            context.store.write(member: row, into: &writer)
        }
        writer.raw("}")
    }

    private mutating func write(environmentOf user: UserView, _ context: EvaluationContext) {
        if user.hasEnvironment {
            beginMember()
            writer.raw("\"statsigEnvironment\":")
            user.store.write(objectOf: user.environment, into: &writer)
            return
        }
        let fallback = program.pointee.defaultEnvironment
        guard context.environment != nil || !fallback.isMissing else { return }
        beginMember()
        writer.raw("\"statsigEnvironment\":{\"tier\":")
        if let environment = context.environment { writer.string(environment) } else { writer.string(fallback) }
        writer.raw("}")
    }

    /// The IDs that evaluations were made with, as text.
    mutating func write(keysOf user: UserView) {
        writer.raw("{")
        let userID = user.field(.userID).text
        if userID.hasBytes {
            writer.raw("\"userID\":")
            writer.string(userID)
        }
        if !user.customIDs.isEmpty {
            beginMember()
            writer.raw("\"customIDs\":{")
            for row in user.customIDs {
                beginMember()
                writer.string(user.store.name(of: row))
                writer.raw(":")
                writer.string(user.store.text(of: row))
            }
            writer.raw("}")
        }
        writer.raw("}")
    }

    /// A hash of the private attributes, by which a client sees that they have changed.
    mutating func write(privateAttributesOf user: UserView) {
        if user.privateAttributes.isEmpty { return }
        var sum: UInt32 = 0
        for row in user.privateAttributes {
            let name = DJB2.hash(user.store.name(of: row).bytes)
            let separator = DJB2.hash(Text(":").bytes, after: name)
            sum &+= DJB2.hash(user.store.text(of: row).bytes, after: separator)
        }
        writer.raw(",\"pa_hash\":\"")
        writer.integer(sum)
        writer.raw("\"")
    }
}

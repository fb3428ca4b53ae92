// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// What a response tells of the user (Evaluation §21.2).
extension ClientResponse {
    /// The user's values, but for the private attributes, and the context's that count as theirs.
    mutating func write(user: UserView, _ context: EvaluationContext) {
        writer.write(user, context, defaultEnvironment: program.pointee.defaultEnvironment)
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The user in a response (Evaluation §21.2).
extension ClientResponse {
    /// Writes the user's values except the private attributes, and the context's values that apply to the user.
    mutating func write(user: UserView, _ context: EvaluationContext) {
        writer.write(user, context, defaultEnvironment: program.pointee.defaultEnvironment)
    }

    /// Writes the IDs of the user as text.
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

    /// Writes a hash of the private attributes, by which a client notices a change.
    mutating func write(privateAttributesOf user: UserView) {
        if user.privateAttributes.isEmpty { return }
        var sum: UInt32 = 0
        for row in user.privateAttributes {
            let name = DJB2.hash(user.store.name(of: row).bytes.span)
            let separator = DJB2.hash(Text(":").bytes.span, after: name)
            sum &+= DJB2.hash(user.store.text(of: row).bytes.span, after: separator)
        }
        writer.raw(",\"pa_hash\":\"")
        writer.integer(sum)
        writer.raw("\"")
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import GatehouseEvaluation

extension User {
    /// Reads a user from the JSON that SDKs send.
    ///
    /// The members are `userID`, `customIDs`, `email`, `ip`, `userAgent`, `country`, `locale`, `appVersion`, `custom`,
    /// `privateAttributes` and `statsigEnvironment`; others are ignored, and any may be missing or `null`.
    ///
    /// - Parameter bytes: One JSON object in UTF-8.
    /// - Throws: ``DocumentError`` when it isn't one.
    public init(json bytes: [UInt8]) throws(DocumentError) {
        let held = DocumentBytes(bytes)
        let text = held.text
        if let offset = UTF8Check.firstInvalidOffset(in: text.bytes) {
            throw DocumentError(DecodingFailure(notUTF8At: offset), in: text)
        }
        var reader = DocumentReader(text)
        do {
            self = try reader.user(expecting: bytes.count)
        } catch {
            throw DocumentError(error, in: text)
        }
    }
}

extension DocumentReader {
    fileprivate mutating func user(expecting byteCount: Int) throws(DecodingFailure) -> User {
        // Rows take more than the text of most members, and texts less.
        var user = User(roomFor: byteCount * 2 + 128)
        try members { (reader, name) throws(DecodingFailure) in
            if try reader.isNull() { return }
            if name == "customIDs" {
                user.customIDs = try reader.object()
            } else if name == "custom" {
                user.custom = try reader.object()
            } else if name == "privateAttributes" {
                user.privateAttributes = try reader.object()
            } else if name == "statsigEnvironment" {
                user.environment = try reader.object()
            } else if name == "userID" {
                user[.userID] = try reader.value()
            } else if name == "email" {
                user[.email] = try reader.value()
            } else if name == "ip" {
                user[.ip] = try reader.value()
            } else if name == "userAgent" {
                user[.userAgent] = try reader.value()
            } else if name == "country" {
                user[.country] = try reader.value()
            } else if name == "locale" {
                user[.locale] = try reader.value()
            } else if name == "appVersion" {
                user[.appVersion] = try reader.value()
            } else {
                try reader.skip()
            }
        }
        try json { (reader) throws(JSONError) in
            reader.skipWhitespace()
            guard reader.position == reader.end else { throw JSONError(.unexpectedByte, at: reader.position) }
        }
        return user
    }

    private mutating func value() throws(DecodingFailure) -> Value {
        try json { (reader) throws(JSONError) in try reader.value() }
    }

    private mutating func object() throws(DecodingFailure) -> Object {
        let kind = try kind()
        guard kind == .object else { throw expected("an object", found: kind) }
        return try value().object ?? Object()
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CHiredis

/// A reply to one of the commands that this module sends.
enum RedisReply: Sendable, Equatable {
    /// There is no value.
    case none
    /// A value.
    case bytes([UInt8])
    /// A word, for example `OK`.
    case status(String)
    /// A number.
    case integer(Int64)

    /// Copies a parsed reply.
    ///
    /// - Parameter reply: The reply of hiredis.
    /// - Throws: The error if the reply is one.
    init(_ reply: redisReply) throws(RedisError) {
        let bytes = [UInt8](UnsafeRawBufferPointer(start: reply.str, count: reply.str == nil ? 0 : reply.len))
        switch reply.type {
        case REDIS_REPLY_NIL: self = .none
        case REDIS_REPLY_STRING: self = .bytes(bytes)
        case REDIS_REPLY_STATUS: self = .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_ERROR: throw RedisError(refusal: bytes)
        default: throw RedisError(.badReply, "the reply has the unexpected type \(reply.type)")
        }
    }

    /// The value, `nil` if there is none.
    ///
    /// - Returns: The bytes of the value.
    /// - Throws: An error if the reply is a status or a number.
    func value() throws(RedisError) -> [UInt8]? {
        switch self {
        case .none: return nil
        case .bytes(let bytes): return bytes
        case .status, .integer: throw RedisError(.badReply, "the reply isn't a value")
        }
    }
}

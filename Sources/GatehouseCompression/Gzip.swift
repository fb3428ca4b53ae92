// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// The gzip format, as HTTP has it.
package enum Gzip {
    /// Why bytes can't be decompressed.
    package enum Failure: Error {
        case notGzip
        /// The content is longer than allowed.
        case tooLarge
    }

    /// The effort.
    package enum Level: Sendable {
        /// As fast as it can: a tenth is left of events, which repeat themselves; the best level leaves a fifteenth, in ten
        /// times the time.
        case fastest
        /// The default of zlib.
        case standard
    }

    // 15 bits of window, and 16 to ask for gzip instead of zlib's own format.
    static let windowBits: Int32 = 15 + 16
    private static let pieceByteCount = 1 << 16

    /// Compresses bytes, `nil` when zlib has no memory.
    package static func compress(_ bytes: [UInt8], _ level: Level) -> [UInt8]? {
        var stream = z_stream()
        let number = level == .fastest ? Z_BEST_SPEED : Z_DEFAULT_COMPRESSION
        guard
            deflateInit2_(
                &stream, number, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 8 + 64)
        var input = bytes
        let status = input.withUnsafeMutableBufferPointer { input in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceByteCount) { piece in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(clamping: input.count)
                while true {
                    stream.next_out = piece.baseAddress
                    stream.avail_out = UInt32(pieceByteCount)
                    let status = deflate(&stream, Z_FINISH)
                    output.append(contentsOf: piece[..<(pieceByteCount - Int(stream.avail_out))])
                    guard status == Z_OK else { return status }
                }
            }
        }
        return status == Z_STREAM_END ? output : nil
    }

    /// Decompresses bytes.
    ///
    /// - Parameters:
    ///   - bytes: One gzip stream, or several, one after the other.
    ///   - limit: The most bytes that may come out.
    /// - Returns: The content.
    /// - Throws: `notGzip` if the bytes aren't whole gzip streams, `tooLarge` if more than `limit` bytes come out.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        try decompress(bytes, windowBits: windowBits, limit: limit)
    }

    /// Decompresses bytes in one of zlib's formats, which the bits of the window tell apart.
    static func decompress(_ bytes: [UInt8], windowBits: Int32, limit: Int) throws(Failure) -> [UInt8] {
        let reader = GzipReader(windowBits: windowBits)
        var output: [UInt8] = []
        try reader.decompress(bytes) { piece throws(Failure) in
            output.append(contentsOf: piece)
            if output.count > limit { throw .tooLarge }
        }
        guard reader.isComplete else { throw .notGzip }
        return output
    }
}

/// The content coding `deflate` of HTTP.
package enum Deflate {
    /// Decompresses bytes.
    ///
    /// HTTP means zlib's format by `deflate`; some clients send the compressed data without its header.
    ///
    /// - Parameters:
    ///   - bytes: One stream.
    ///   - limit: The most bytes that may come out.
    /// - Returns: The content.
    /// - Throws: `notGzip` if the bytes are no whole stream, `tooLarge` if more than `limit` bytes come out.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(Gzip.Failure) -> [UInt8] {
        do throws(Gzip.Failure) {
            return try Gzip.decompress(bytes, windowBits: 15, limit: limit)
        } catch .tooLarge {
            throw .tooLarge
        } catch {
            return try Gzip.decompress(bytes, windowBits: -15, limit: limit)
        }
    }
}

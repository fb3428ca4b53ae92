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
    private static let windowBits: Int32 = 15 + 16
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
        let status = run(&stream, over: bytes, into: &output, limit: .max) { deflate($0, Z_FINISH) }
        return status == Z_STREAM_END ? output : nil
    }

    /// Decompresses bytes.
    ///
    /// - Parameters:
    ///   - bytes: One gzip stream.
    ///   - limit: The most bytes that may come out.
    /// - Returns: The content.
    /// - Throws: `notGzip` if the bytes are no whole gzip stream, `tooLarge` if more than `limit` bytes come out.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        try decompress(bytes, windowBits: windowBits, limit: limit)
    }

    /// Decompresses bytes in one of zlib's formats, which the bits of the window tell apart.
    static func decompress(_ bytes: [UInt8], windowBits: Int32, limit: Int) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .notGzip
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        let status = run(&stream, over: bytes, into: &output, limit: limit) { inflate($0, Z_NO_FLUSH) }
        guard output.count <= limit else { throw .tooLarge }
        guard status == Z_STREAM_END else { throw .notGzip }
        return output
    }

    /// Calls zlib until the input is used up, the stream ends or the output is longer than the limit.
    private static func run(
        _ stream: inout z_stream, over input: [UInt8], into output: inout [UInt8], limit: Int,
        _ step: (UnsafeMutablePointer<z_stream>) -> Int32
    ) -> Int32 {
        var input = input
        return input.withUnsafeMutableBufferPointer { input in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceByteCount) { piece in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(clamping: input.count)
                while true {
                    stream.next_out = piece.baseAddress
                    stream.avail_out = UInt32(pieceByteCount)
                    let status = step(&stream)
                    let count = pieceByteCount - Int(stream.avail_out)
                    output.append(contentsOf: piece[..<count])
                    // No progress, because the input is cut short, counts as an error in zlib.
                    guard status == Z_OK, output.count <= limit else { return status }
                }
            }
        }
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

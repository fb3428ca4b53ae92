// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// The gzip format, as HTTP has it.
package enum Gzip {
    // 15 bits of window, and 16 to ask for gzip instead of zlib's own format.
    private static let windowBits: Int32 = 15 + 16
    private static let pieceByteCount = 1 << 16
    // Events repeat themselves: the fastest level leaves a tenth of them, the best one a fifteenth, in ten times the time.
    private static let level: Int32 = 1

    /// Compresses bytes, `nil` when zlib has no memory.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(&stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 8 + 64)
        return run(&stream, over: bytes, into: &output) { deflate($0, Z_FINISH) } == Z_STREAM_END ? output : nil
    }

    /// Decompresses bytes, `nil` when they aren't one whole stream.
    package static func decompress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        return run(&stream, over: bytes, into: &output) { inflate($0, Z_NO_FLUSH) } == Z_STREAM_END ? output : nil
    }

    /// Calls zlib until the input is used up or the stream ends.
    private static func run(
        _ stream: inout z_stream, over input: [UInt8], into output: inout [UInt8],
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
                    output.append(contentsOf: piece[..<(pieceByteCount - Int(stream.avail_out))])
                    // No progress, because the input is cut short, counts as an error in zlib.
                    guard status == Z_OK else { return status }
                }
            }
        }
    }
}

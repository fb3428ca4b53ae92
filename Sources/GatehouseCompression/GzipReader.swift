// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Decompresses gzip piece by piece, in the memory of a piece, for files that are larger than it.
///
/// The content may be several gzip streams, one after the other, as `cat a.gz b.gz` makes it.
package final class GzipReader {
    private static let pieceByteCount = 1 << 16

    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the input may end here: nothing of a stream is missing.
    package private(set) var isComplete = false
    private let isReady: Bool

    package convenience init() {
        self.init(windowBits: Gzip.windowBits)
    }

    /// Reads one of zlib's formats, which the bits of the window tell apart.
    init(windowBits: Int32) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady = inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Whether bytes are the start of a gzip stream.
    package static func isGzip(_ bytes: some Sequence<UInt8>) -> Bool { bytes.prefix(2).elementsEqual([0x1f, 0x8b]) }

    /// Decompresses the next piece.
    ///
    /// - Parameters:
    ///   - input: The bytes that follow those of the last call.
    ///   - write: Gets the content in parts of at most 64 KiB, and may end the work.
    /// - Throws: ``Gzip/Failure/notGzip`` if the bytes aren't gzip, or what `write` throws.
    package func decompress(
        _ input: [UInt8], _ write: (UnsafeBufferPointer<UInt8>) throws(Gzip.Failure) -> Void
    ) throws(Gzip.Failure) {
        guard isReady else { throw .notGzip }
        var input = input
        let failure = input.withUnsafeMutableBufferPointer { input in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: GzipReader.pieceByteCount) { piece in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(clamping: input.count)
                defer { stream.pointee.next_in = nil }
                do throws(Gzip.Failure) {
                    while stream.pointee.avail_in > 0 { try decompressStream(piece, write) }
                    return nil as Gzip.Failure?
                } catch {
                    return error
                }
            }
        }
        if let failure { throw failure }
    }

    /// Decompresses until the stream ends, or the input is used up.
    private func decompressStream(
        _ piece: UnsafeMutableBufferPointer<UInt8>,
        _ write: (UnsafeBufferPointer<UInt8>) throws(Gzip.Failure) -> Void
    ) throws(Gzip.Failure) {
        if isComplete {
            guard inflateReset(stream) == Z_OK else { throw .notGzip }
            isComplete = false
        }
        while true {
            stream.pointee.next_out = piece.baseAddress
            stream.pointee.avail_out = UInt32(piece.count)
            let status = inflate(stream, Z_NO_FLUSH)
            let count = piece.count - Int(stream.pointee.avail_out)
            if count > 0 { try write(UnsafeBufferPointer(rebasing: piece[..<count])) }
            if status == Z_STREAM_END {
                isComplete = true
                return
            }
            // No progress: everything that was there has been read.
            if status == Z_BUF_ERROR, stream.pointee.avail_in == 0 { return }
            guard status == Z_OK else { throw .notGzip }
            // Full output may have more behind it, also without input.
            if stream.pointee.avail_out > 0, stream.pointee.avail_in == 0 { return }
        }
    }
}

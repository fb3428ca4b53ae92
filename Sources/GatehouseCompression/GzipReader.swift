// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Decompresses gzip piece by piece, in the memory of a piece, for files that are larger than it.
///
/// A file may have several gzip streams, one after the other, as `cat a.gz b.gz` makes it.
package final class GzipReader {
    private let stream: UnsafeMutablePointer<z_stream>
    /// Whether the input may end here: nothing of a stream is missing.
    package private(set) var isComplete = false
    private let isReady: Bool

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
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
    ///   - write: Gets the content in parts of at most 64 KiB.
    /// - Throws: ``Gzip/Failure/notGzip`` if the bytes aren't gzip, or what `write` throws.
    package func decompress(_ input: [UInt8], _ write: (ArraySlice<UInt8>) -> Void) throws(Gzip.Failure) {
        guard isReady else { throw .notGzip }
        var input = input
        var output = [UInt8](repeating: 0, count: 1 << 16)
        let isGzip = input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(clamping: input.count)
            defer { stream.pointee.next_in = nil }
            while stream.pointee.avail_in > 0 {
                if isComplete {
                    guard inflateReset(stream) == Z_OK else { return false }
                    isComplete = false
                }
                // Also while the input is used up and the output was full.
                var isFull = true
                while isFull {
                    let capacity = output.count
                    let status = output.withUnsafeMutableBufferPointer { output in
                        stream.pointee.next_out = output.baseAddress
                        stream.pointee.avail_out = UInt32(output.count)
                        return inflate(stream, Z_NO_FLUSH)
                    }
                    let count = capacity - Int(stream.pointee.avail_out)
                    if count > 0 { write(output[..<count]) }
                    isFull = stream.pointee.avail_out == 0
                    if status == Z_STREAM_END {
                        isComplete = true
                        break
                    }
                    // No progress: everything that was there has been read.
                    if status == Z_BUF_ERROR, stream.pointee.avail_in == 0 { break }
                    guard status == Z_OK else { return false }
                }
            }
            return true
        }
        guard isGzip else { throw .notGzip }
    }
}

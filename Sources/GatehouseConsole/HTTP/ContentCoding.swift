// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CBrotli
internal import CZstd
internal import GatehouseCompression

/// A content coding that clients may compress bodies with.
enum ContentCoding: String, CaseIterable {
    case gzip, deflate
    case brotli = "br"
    case zstandard = "zstd"

    /// Why a body can't be decompressed.
    enum Failure: Error {
        /// The bytes aren't one whole body of the coding.
        case invalid
        /// The content is longer than allowed.
        case tooLarge
    }

    /// The maximum number of codings that are applied to a body, one after the other.
    static let maximumCount = 2

    /// The names of all codings, as the header `Accept-Encoding` has them.
    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    private static let pieceByteCount = 1 << 16

    /// The codings of a body in the order in which the client applied them.
    ///
    /// - Parameter header: The header `Content-Encoding`.
    /// - Returns: The codings, `nil` when one isn't known or there are too many.
    static func list(_ header: String?) -> [ContentCoding]? {
        var codings: [ContentCoding] = []
        for part in (header ?? "").split(separator: ",") {
            let name = part.filter { $0 != " " && $0 != "\t" }.lowercased()
            if name.isEmpty || name == "identity" { continue }
            guard let coding = ContentCoding(rawValue: name == "x-gzip" ? "gzip" : name),
                codings.count < maximumCount
            else { return nil }
            codings.append(coding)
        }
        return codings
    }

    /// Decompresses a body.
    ///
    /// - Parameters:
    ///   - bytes: The body.
    ///   - limit: The maximum number of bytes of the content.
    /// - Returns: The content.
    /// - Throws: ``Failure``.
    func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        switch self {
        case .gzip, .deflate:
            do throws(Gzip.Failure) {
                return self == .gzip
                    ? try Gzip.decompress(bytes, limit: limit) : try Deflate.decompress(bytes, limit: limit)
            } catch {
                throw error == .tooLarge ? .tooLarge : .invalid
            }
        case .brotli: return try ContentCoding.brotli(bytes, limit)
        case .zstandard: return try ContentCoding.zstandard(bytes, limit)
        }
    }

    private static func zstandard(_ bytes: [UInt8], _ limit: Int) throws(Failure) -> [UInt8] {
        guard let context = ZSTD_createDCtx() else { throw .invalid }
        defer { ZSTD_freeDCtx(context) }
        // A frame states how much memory its window takes. HTTP allows 8 MiB (RFC 9659), a frame in one segment as much as
        // its content.
        let windowLog = min(27, max(23, Int.bitWidth - limit.leadingZeroBitCount))
        guard ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(windowLog))) == 0 else {
            throw .invalid
        }
        var output: [UInt8] = []
        let failure = bytes.withUnsafeBytes { source -> Failure? in
            withUnsafeTemporaryAllocation(byteCount: pieceByteCount, alignment: 1) { piece -> Failure? in
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                while true {
                    var target = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
                    // 0 when a frame is complete; frames may follow one another.
                    let rest = ZSTD_decompressStream(context, &target, &input)
                    if ZSTD_isError(rest) != 0 { return .invalid }
                    output.append(contentsOf: piece[..<target.pos])
                    if output.count > limit { return .tooLarge }
                    if input.pos == input.size, rest == 0 || target.pos < target.size {
                        return rest == 0 ? nil : .invalid
                    }
                }
            }
        }
        if let failure { throw failure }
        return output
    }

    private static func brotli(_ bytes: [UInt8], _ limit: Int) throws(Failure) -> [UInt8] {
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { throw .invalid }
        defer { BrotliDecoderDestroyInstance(state) }
        var output: [UInt8] = []
        let failure = bytes.withUnsafeBufferPointer { source -> Failure? in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceByteCount) { piece -> Failure? in
                var (next, available) = (source.baseAddress, source.count)
                while true {
                    var (target, room) = (piece.baseAddress, pieceByteCount)
                    let result = BrotliDecoderDecompressStream(state, &available, &next, &room, &target, nil)
                    output.append(contentsOf: piece[..<(pieceByteCount - room)])
                    if output.count > limit { return .tooLarge }
                    if result == BROTLI_DECODER_RESULT_SUCCESS { return available == 0 ? nil : .invalid }
                    // More input never comes: the body is cut short.
                    if result != BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT { return .invalid }
                }
            }
        }
        if let failure { throw failure }
        return output
    }
}

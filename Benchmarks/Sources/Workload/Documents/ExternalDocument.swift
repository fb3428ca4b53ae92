// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The document that the environment variable `GATEHOUSE_DOCUMENT` names, to be measured beside those that are made here.
public enum ExternalDocument {
    /// Its path, `nil` when the variable is missing or empty.
    public static let path: String? = getenv(variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }

    private static let variable = "GATEHOUSE_DOCUMENT"

    /// Reads the document.
    ///
    /// - Throws: ``WorkloadError`` when there is none or it can't be read.
    public static func bytes() throws -> [UInt8] {
        guard let path else { throw WorkloadError("\(variable) is not set") }
        guard let file = fopen(path, "rb") else {
            throw WorkloadError("\(variable): can't open \(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard ferror(file) == 0 else { throw WorkloadError("\(variable): can't read \(path)") }
        return bytes
    }
}

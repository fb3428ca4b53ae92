// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A file, pipe or device that is read from its start.
struct InputFile {
    /// What messages call it.
    let name: String
    private let descriptor: Int32

    /// The largest file that is read as a whole; a sparse or endless one shouldn't take all memory.
    private static let byteLimit = 2 << 30

    static var standardInput: InputFile { InputFile(name: "standard input", descriptor: System.standardInput) }

    private init(name: String, descriptor: Int32) {
        self.name = name
        self.descriptor = descriptor
    }

    init(path: String) throws(CommandFailure) {
        guard let descriptor = System.open(path) else { throw .input("\(path): \(System.lastError)") }
        self.init(name: path, descriptor: descriptor)
    }

    /// The size of a regular file, `nil` for pipes.
    var byteCount: Int? { System.byteCount(of: descriptor) }

    /// Everything there is, after which the file is closed.
    consuming func contents() throws(CommandFailure) -> [UInt8] {
        defer { System.close(descriptor) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(byteCount ?? 0, InputFile.byteLimit) + 1)
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try fill(&piece)
            if count == 0 { return bytes }
            bytes.append(contentsOf: piece[..<count])
            guard bytes.count <= InputFile.byteLimit else { throw .input("\(name): larger than 2 GiB") }
        }
    }

    /// Reads some bytes to the start of an array: how many, 0 at the end.
    func fill(_ piece: inout [UInt8]) throws(CommandFailure) -> Int {
        let count = piece.withUnsafeMutableBytes { System.read(descriptor, into: $0) }
        guard let count else { throw .input("\(name): \(System.lastError)") }
        return count
    }
}

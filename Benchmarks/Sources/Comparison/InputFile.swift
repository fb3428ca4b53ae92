// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatehouseEvaluation

/// Files that a request names.
enum InputFile {
    static func bytes(of path: String) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw Failure("\(path): can't be opened") }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let count = ftell(file)
        rewind(file)
        guard count >= 0 else { throw Failure("\(path): isn't a file") }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            initializedCount = fread(buffer.baseAddress, 1, count, file)
        }
        guard bytes.count == count else { throw Failure("\(path): can't be read") }
        return bytes
    }

    /// A folder's files as ID lists of their names; none without a folder.
    static func idLists(inFolder path: String?) throws -> IDLists {
        var lists = IDLists()
        guard let path else { return lists }
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            lists[name] = IDList(content: try bytes(of: "\(path)/\(name)"))
        }
        return lists
    }
}

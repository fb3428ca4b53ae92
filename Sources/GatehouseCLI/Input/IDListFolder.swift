// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation

/// A folder whose files are ID lists.
enum IDListFolder {
    /// Reads every regular file of a folder as the ID list of its name.
    static func lists(at path: String) throws(CommandFailure) -> IDLists {
        var lists = IDLists()
        for name in try System.entries(ofFolder: path) {
            let file = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            guard System.isRegularFile(file) else { continue }
            lists[name] = IDList(content: try InputFile(path: file).contents())
        }
        return lists
    }
}

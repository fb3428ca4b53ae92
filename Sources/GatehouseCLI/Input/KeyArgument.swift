// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseConsole

/// A key as an argument: the key itself, `file:PATH`, or `env:NAME`.
struct KeyArgument {
    private let text: String

    init(_ text: String) { self.text = text }

    /// The secret.
    ///
    /// - Throws: ``CommandFailure/input(_:)`` when the file or the variable has none.
    func secret() throws(CommandFailure) -> String {
        if text.hasPrefix("env:") {
            let name = String(text.dropFirst(4))
            guard let value = System.environmentVariable(name), !value.isEmpty else {
                throw .input("the environment variable \(name) has no key")
            }
            return value
        }
        guard text.hasPrefix("file:") else { return text }
        let path = String(text.dropFirst(5))
        let bytes: [UInt8]?
        do {
            bytes = try PrivateFile.read(path)
        } catch {
            throw .input(String(describing: error))
        }
        guard let bytes else { throw .input("\(path): no such file") }
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// Why decoding stopped: syntax, which spoils the whole text, or structure, which may spoil only one entity.
struct DecodingFailure: Error {
    let offset: Int
    let path: String
    let message: String
    let isSyntax: Bool
}

extension DecodingFailure {
    init(notUTF8At offset: Int) {
        self.init(offset: offset, path: "", message: JSONError.Kind.invalidUTF8.rawValue, isSyntax: true)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// IDs that nobody can guess and that never repeat.
enum RandomID {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    /// 22 letters and digits.
    static func make() -> String {
        String((0..<22).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}

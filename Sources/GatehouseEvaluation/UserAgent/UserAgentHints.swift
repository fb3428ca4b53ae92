// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What single words of a user agent hint at, wherever in the text they are.
struct UserAgentHints: OptionSet {
    let rawValue: UInt16

    static let iOS = Self(rawValue: 1 << 0)
    static let macOS = Self(rawValue: 1 << 1)
    static let windows = Self(rawValue: 1 << 2)
    static let linux = Self(rawValue: 1 << 3)
    static let mobile = Self(rawValue: 1 << 4)
    static let safari = Self(rawValue: 1 << 5)
    static let playStation = Self(rawValue: 1 << 6)
    static let huawei = Self(rawValue: 1 << 7)
    static let cfNetwork = Self(rawValue: 1 << 8)
    static let crawler = Self(rawValue: 1 << 9)
}

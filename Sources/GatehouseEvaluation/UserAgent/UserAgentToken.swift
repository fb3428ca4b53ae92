// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A product that a user agent mentions, with the version next to it.
struct UserAgentToken {
    let product: UserAgentProduct

    /// The version as written, absent if there is none.
    let version: UserAgentText

    private let writtenName: UserAgentText

    init(_ product: UserAgentProduct, version: UserAgentText = .absent) {
        self.product = product
        self.version = version
        writtenName = .absent
    }

    init(named name: UserAgentText, version: UserAgentText) {
        product = UserAgentProduct(named: name)
        self.version = version
        writtenName = name
    }

    /// The name to report.
    var name: String { product == .unlisted ? writtenName.string : product.rawValue }

    /// Whether this is a product such as `AndroidDownloadManager`.
    var isNamedAfterAndroid: Bool { product == .unlisted && writtenName.hasPrefix("Android") }
}

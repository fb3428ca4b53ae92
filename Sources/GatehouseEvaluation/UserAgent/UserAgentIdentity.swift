// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The name and version that are reported for an operating system or a browser.
struct UserAgentIdentity {
    let name: String
    let version: String

    /// Something whose version is not reported.
    init(_ name: String) {
        self.name = name
        version = UserAgentVersion.unknown
    }

    /// Something whose version is that of a token.
    init(_ name: String, versionOf token: UserAgentToken?) {
        self.name = name
        version = token.map(UserAgentVersion.text(of:)) ?? UserAgentVersion.unknown
    }

    /// A token under its own name.
    init(_ token: UserAgentToken) {
        self.init(token.name, versionOf: token)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension UserAgentFindings {
    /// The operating system to report.
    var operatingSystem: UserAgentIdentity {
        if let systemToken { return UserAgentIdentity(systemToken) }
        for token in tokens {
            if let system = system(of: token) { return system }
        }
        if hints.contains(.iOS) { return UserAgentIdentity("iOS") }
        if hints.contains(.macOS) { return UserAgentIdentity("Mac OS X") }
        if hints.contains(.windows) { return UserAgentIdentity("Windows") }
        if hints.contains(.linux) { return UserAgentIdentity("Linux") }
        return UserAgentIdentity("Other")
    }

    /// The operating system that a token stands for, or nil if it stands for none.
    private func system(of token: UserAgentToken) -> UserAgentIdentity? {
        switch token.product {
        case .appleTV, .chromecast, .redHat: UserAgentIdentity(token.name)
        case .iOS, .android, .kindle, .ubuntu: UserAgentIdentity(token)
        case .cpuOS where hints.contains(.iOS): UserAgentIdentity("iOS", versionOf: token)
        // Safari on a tablet that asks for desktop pages: its own version is that of the system.
        case .version where hints.contains([.iOS, .macOS]): UserAgentIdentity("iOS", versionOf: token)
        case .unlisted where token.isNamedAfterAndroid: UserAgentIdentity("Android")
        default: nil
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension UserAgentFindings {
    /// The browser to report.
    var browser: UserAgentIdentity {
        if let browserToken { return UserAgentIdentity(browserToken) }
        var android: UserAgentToken?
        var chrome: UserAgentToken?
        var version: UserAgentToken?
        for token in tokens {
            switch token.product {
            case .android: android = token
            case .chrome: chrome = token
            case .version: version = token
            default:
                if let browser = browser(of: token) { return browser }
            }
        }
        if let chrome { return chromeVariant(chrome, android: android, hasVersion: version != nil) }
        if let android { return UserAgentIdentity(android) }
        if hints.contains(.cfNetwork), let application { return application }
        if hints.contains(.safari) {
            // On macOS the word "Mobile" is there for compatibility.
            let isMobile = hints.contains(.mobile) && !hints.contains(.macOS)
            return UserAgentIdentity(isMobile ? "Mobile Safari" : "Safari", versionOf: version)
        }
        if hints.contains(.iOS) { return UserAgentIdentity("Mobile Safari UI/WKWebView") }
        if hints.contains(.crawler) { return UserAgentIdentity("crawler") }
        return UserAgentIdentity("Other")
    }

    /// The browser that a token stands for on its own, or nil if it stands for none.
    private func browser(of token: UserAgentToken) -> UserAgentIdentity? {
        let isMobile = hints.contains(.mobile)
        return switch token.product {
        case .firefox: UserAgentIdentity(isMobile ? "Firefox Mobile" : "Firefox", versionOf: token)
        case .edge: UserAgentIdentity(isMobile ? "Edge Mobile" : "Edge", versionOf: token)
        case .opera: UserAgentIdentity(isMobile ? "Opera Mobile" : "Opera", versionOf: token)
        case .silk where hints.contains(.playStation): UserAgentIdentity("NetFront NX")
        case .silk: UserAgentIdentity("Amazon Silk", versionOf: token)
        case .yandexBrowser: UserAgentIdentity("Yandex Browser", versionOf: token)
        case .yahooSlurp: UserAgentIdentity(token.name)
        case .netFront, .axios, .headlessChrome: UserAgentIdentity(token)
        default: nil
        }
    }

    private func chromeVariant(
        _ chrome: UserAgentToken, android: UserAgentToken?, hasVersion: Bool
    ) -> UserAgentIdentity {
        if hasVersion { return UserAgentIdentity("Chrome Mobile WebView", versionOf: chrome) }
        if chrome.version.isAbsent {
            return UserAgentIdentity(android ?? chrome)
        }
        let isMobile = hints.contains(.mobile) && !hints.contains(.huawei)
        return UserAgentIdentity(isMobile ? "Chrome Mobile" : "Chrome", versionOf: chrome)
    }

    /// The application that makes its requests through Apple's networking framework, if one is named.
    private var application: UserAgentIdentity? {
        guard let first = tokens.first else { return nil }
        guard first.product == .networkingExtension else { return UserAgentIdentity(first) }
        return UserAgentIdentity("CFNetwork", versionOf: tokens.dropFirst().first)
    }
}

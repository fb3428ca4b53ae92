// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// What the tokenizer collects for the selection of the operating system and the browser.
struct UserAgentFindings {
    var hints: UserAgentHints = []

    /// Everything of note, in the order of the text.
    private(set) var tokens: [UserAgentToken] = []

    /// The operating system, if a word decided it.
    private(set) var systemToken: UserAgentToken?

    /// The browser, if a word decided it.
    private(set) var browserToken: UserAgentToken?

    private var hasBot = false

    init() {
        // Room for the usual user agent in one allocation.
        tokens.reserveCapacity(16)
    }

    mutating func add(_ token: UserAgentToken) {
        tokens.append(token)
    }

    /// Adds a token that decides the operating system if it has a version and comes first.
    mutating func addSystem(_ token: UserAgentToken) {
        proposeSystem(token)
        add(token)
    }

    /// Adds a token that decides the browser if it has a version and comes last.
    mutating func addBrowser(_ token: UserAgentToken) {
        proposeBrowser(token)
        add(token)
    }

    /// Adds a device that is an operating system and a browser of its own.
    mutating func addSystemAndBrowser(_ token: UserAgentToken) {
        proposeSystem(token)
        proposeBrowser(token)
        add(token)
    }

    /// Takes the first bot for the browser, with or without a version.
    ///
    /// Later ones are ignored because a bot tends to mention itself again in the address of its home page.
    mutating func noteBot(_ token: UserAgentToken) {
        guard !hasBot else { return }
        hasBot = true
        browserToken = token
    }

    /// Decides the operating system regardless of what was found before.
    mutating func overrideSystem(with product: UserAgentProduct) {
        systemToken = UserAgentToken(product)
    }

    /// Corrects a browser of iOS that poses as one of macOS.
    mutating func replaceMacOSWithIOS() {
        if systemToken?.product == .macOS { overrideSystem(with: .iOS) }
    }

    private mutating func proposeSystem(_ token: UserAgentToken) {
        if systemToken == nil, !token.version.isAbsent { systemToken = token }
    }

    private mutating func proposeBrowser(_ token: UserAgentToken) {
        if !token.version.isAbsent { browserToken = token }
    }
}

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

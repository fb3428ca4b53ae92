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

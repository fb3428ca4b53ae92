// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Reads a user agent piece by piece and notes what it mentions.
///
/// A piece is handled by the first rule that applies to it; a rule that looks at the pieces behind it may consume some
/// of them. The order of the rules is part of the behaviour.
struct UserAgentTokenizer {
    private var window: UserAgentWindow
    private var findings = UserAgentFindings()

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        window = UserAgentWindow(bytes)
    }

    mutating func run() -> UserAgentFindings {
        while !window.isAtEnd {
            if !window.current.isAbsent { readPiece() }
            window.advance(by: 1)
        }
        return findings
    }

    private mutating func readPiece() {
        if readAppleSystem() || readAppleDevice() || readWindows() || readOtherSystem() || readOtherWord() { return }
        if window.current == "like" || window.current.count <= 2 || readBotPhrase() { return }
        readProduct()
    }

    /// Consumes a piece if it is a version, which it is when it starts with a digit.
    private mutating func takeVersion(_ piece: UserAgentText) -> UserAgentText {
        guard piece.startsWithDigit else { return .absent }
        window.advance(by: 1)
        return piece
    }

    private mutating func readAppleSystem() -> Bool {
        switch window.current {
        case "like" where window.next1 == "Mac" && window.next2 == "OS":
            window.advance(by: 3)
        case "Mac" where window.next1 == "OS":
            findings.hints.insert(.macOS)
            let version = takeVersion(window.next2 == "X" ? window.next3 : window.next2)
            findings.addSystem(UserAgentToken(.macOS, version: version))
            window.advance(by: 2)
        case "iOS", "iPadOS":
            findings.hints.insert(.iOS)
            findings.addSystem(UserAgentToken(.iOS, version: takeVersion(window.next1)))
            window.advance(by: 1)
        case "iPhone" where window.next1 == "OS":
            findings.addSystem(UserAgentToken(.iOS, version: takeVersion(window.next2)))
            window.advance(by: 1)
        case "CPU" where window.next1 == "OS":
            findings.add(UserAgentToken(.cpuOS, version: takeVersion(window.next2)))
            window.advance(by: 1)
        default: return false
        }
        return true
    }

    private mutating func readAppleDevice() -> Bool {
        let current = window.current
        if current.hasPrefix("AppleTV") {
            findings.add(UserAgentToken(.appleTV))
            window.advance(by: 1)
        } else if current.hasPrefix("iPad") {
            findings.hints.insert(.iOS)
            findings.add(UserAgentToken(.iPad, version: model(in: current, after: "iPad")))
        } else if current.hasPrefix("iPhone") {
            findings.hints.insert(.iOS)
            findings.add(UserAgentToken(.iPhone, version: model(in: current, after: "iPhone")))
        } else if current.hasPrefix("Apple-iPhone7C2") {
            findings.hints.insert(.iOS)
            findings.add(UserAgentToken(.iPhone))
        } else {
            return false
        }
        return true
    }

    /// What follows the name of a device in its piece, up to where the name is repeated.
    private func model(in piece: UserAgentText, after name: StaticString) -> UserAgentText {
        let start = name.utf8CodeUnitCount
        return piece.slice(start, piece.position(of: name, from: start) ?? piece.count).trimmed
    }

    private mutating func readWindows() -> Bool {
        guard window.current.hasPrefix("Windows") else { return false }
        if window.current == "Windows", window.next1 == "Phone" {
            findings.addSystem(UserAgentToken(.windowsPhone, version: takeVersion(window.next2)))
            window.advance(by: 1)
            return true
        }
        findings.hints.insert(.windows)
        var version = window.next1
        if version == "NT" {
            version = takeVersion(window.next2)
            if !version.isAbsent { window.advance(by: 1) }
        } else if version.hasPrefix("XP") {
            window.advance(by: 1)
        } else {
            version = takeVersion(version)
        }
        findings.addSystem(UserAgentToken(.windows, version: version))
        return true
    }

    private mutating func readOtherSystem() -> Bool {
        switch window.current {
        case "Android":
            findings.addSystem(UserAgentToken(.android, version: takeVersion(window.next1)))
        case "Linux", "linux":
            findings.hints.insert(.linux)
            findings.add(UserAgentToken(.linux))
        case "Ubuntu":
            findings.addSystem(UserAgentToken(.ubuntu, version: takeVersion(window.next1)))
        case "Red" where window.next1 == "Hat":
            findings.addSystem(UserAgentToken(.redHat))
            window.advance(by: 1)
        case "CrOS":
            // The version comes behind the processor architecture.
            let afterNext = window.next2
            var version = takeVersion(window.next1)
            if version.isAbsent {
                window.advance(by: 1)
                version = takeVersion(afterNext)
            }
            findings.addSystem(UserAgentToken(.chromeOS, version: version))
        case "CrKey":
            findings.addSystem(UserAgentToken(.chromecast))
        case "PlayStation":
            findings.hints.insert(.playStation)
            findings.add(UserAgentToken(.playStation))
        case "Nintendo" where window.next1 == "3DS":
            findings.add(UserAgentToken(.netFront))
            window.advance(by: 1)
        default: return false
        }
        return true
    }

    private mutating func readOtherWord() -> Bool {
        switch window.current {
        case "Mobile":
            findings.hints.insert(.mobile)
            findings.add(UserAgentToken(.mobile))
        case "MSIE":
            findings.addBrowser(UserAgentToken(.internetExplorer, version: takeVersion(window.next1)))
        case "Yahoo!" where window.next1 == "Slurp":
            findings.add(UserAgentToken(.yahooSlurp))
            window.advance(by: 1)
        default: return false
        }
        return true
    }

    /// Reads the bots whose name is not a single product; the words behind the first remain.
    private mutating func readBotPhrase() -> Bool {
        switch window.current {
        case "Better" where window.next1 == "Uptime" && window.next2 == "Bot":
            findings.noteBot(UserAgentToken(.uptimeBot))
        case "Radius" where window.next1 == "Compilance" && window.next2 == "Bot":
            findings.noteBot(UserAgentToken(.radiusComplianceBot))
        case "Uptime" where window.next1 == "Monitoring" && window.next2 == "Bot":
            findings.noteBot(UserAgentToken(.uptimeMonitoringBot))
        case "AdsBot-Google-Mobile":
            findings.noteBot(UserAgentToken(.googleAdsBot))
        default: return false
        }
        return true
    }

    /// Reads a piece of the form `name/version`.
    private mutating func readProduct() {
        let (name, version) = Self.nameAndVersion(in: window.current)
        if !readProductWithRule(name, version) { readPlainProduct(name, version) }
    }

    private static func nameAndVersion(in piece: UserAgentText) -> (UserAgentText, UserAgentText) {
        let cut = piece.bytes.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
        guard let cut else { return (piece, .absent) }
        let name = piece.slice(0, cut).trimmed
        return (name.isAbsent ? piece : name, piece.slice(from: cut + 1).trimmed)
    }

    private mutating func readProductWithRule(_ name: UserAgentText, _ version: UserAgentText) -> Bool {
        func token(_ product: UserAgentProduct) -> UserAgentToken { UserAgentToken(product, version: version) }
        switch name {
        case "Kindle": findings.addSystemAndBrowser(token(.kindle))
        case "FxiOS": findings.addBrowser(token(.firefoxIOS))
        case "EdgiOS":
            findings.replaceMacOSWithIOS()
            findings.addBrowser(token(.edgeMobile))
        case "CriOS":
            findings.hints.insert(.iOS)
            findings.replaceMacOSWithIOS()
            findings.addBrowser(token(.chromeIOS))
        case "GSA": findings.addBrowser(token(.google))
        case "YisouSpider": findings.addBrowser(token(.yisouSpider))
        case "SamsungBrowser": findings.addBrowser(token(.samsungInternet))
        case "ChatGPT-User": findings.addBrowser(token(.chatGPT))
        case "OAI-SearchBot": findings.addBrowser(token(.openAISearchBot))
        case "Electron": findings.addBrowser(token(.electron))
        case "NX": findings.addBrowser(token(.netFront))
        case "IEMobile": findings.addBrowser(token(.internetExplorerMobile))
        case "Edg", "Edge": findings.add(token(.edge))
        case "OPR": findings.add(token(.opera))
        case "HuaweiBrowser":
            findings.hints.insert(.huawei)
            findings.add(token(.huaweiBrowser))
        case "Mobile":
            findings.hints.insert(.mobile)
            findings.add(token(.mobile))
        case "Safari":
            findings.hints.insert(.safari)
            findings.add(token(.safari))
        case "CFNetwork": findings.hints.formUnion([.cfNetwork, .iOS])
        default: return false
        }
        return true
    }

    private mutating func readPlainProduct(_ name: UserAgentText, _ version: UserAgentText) {
        let token = UserAgentToken(named: name, version: version)
        if token.product == .unlisted, Self.isBot(name) {
            findings.noteBot(token)
        } else if version.contains("crawler") {
            findings.hints.insert(.crawler)
        } else if name == "OculusBrowser" {
            findings.overrideSystem(with: .android)
        } else {
            findings.add(token)
        }
    }

    private static func isBot(_ name: UserAgentText) -> Bool {
        name.contains("Bot") || name.contains("bot") || name.contains("crawler") || name.contains("Crawler")
    }
}

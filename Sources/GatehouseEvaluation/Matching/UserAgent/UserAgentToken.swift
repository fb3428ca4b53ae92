// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The systems, devices and browsers that the parser knows; the raw value is the name it reports.
enum UserAgentProduct: String {
    // Systems and devices.
    case android = "Android"
    case appleTV = "ATV OS X"
    case chromecast = "Chromecast"
    case chromeOS = "Chrome OS"
    case cpuOS = "CPU OS"
    case iOS = "iOS"
    case iPad = "iPad"
    case iPhone = "iPhone"
    case kindle = "Kindle"
    case linux = "Linux"
    case macOS = "Mac OS X"
    case playStation = "PlayStation"
    case redHat = "Red Hat"
    case ubuntu = "Ubuntu"
    case windows = "Windows"
    case windowsPhone = "Windows Phone"

    // Browsers, bots and other clients.
    case axios = "axios"
    case chatGPT = "ChatGPT-User"
    case chrome = "Chrome"
    case chromeIOS = "Chrome Mobile iOS"
    case edge = "Edge"
    case edgeMobile = "Edge Mobile"
    case electron = "Electron"
    case firefox = "Firefox"
    case firefoxIOS = "Firefox iOS"
    case google = "Google"
    case googleAdsBot = "AdsBot-Google"
    case headlessChrome = "HeadlessChrome"
    case huaweiBrowser = "HuaweiBrowser"
    case internetExplorer = "IE"
    case internetExplorerMobile = "IE Mobile"
    case netFront = "NetFront NX"
    case openAISearchBot = "OAI-SearchBot"
    case opera = "Opera"
    case radiusComplianceBot = "Radius Compilance Bot"
    case safari = "Safari"
    case samsungInternet = "Samsung Internet"
    case silk = "Silk"
    case uptimeBot = "Better Uptime Bot"
    case uptimeMonitoringBot = "Uptime Monitoring Bot"
    case yahooSlurp = "Yahoo! Slurp"
    case yandexBrowser = "YaBrowser"
    case yisouSpider = "YisouSpider"

    // Words that only steer the selection.
    case mobile = "Mobile"
    case networkingExtension = "NetworkingExtension"
    case version = "Version"

    /// Any other product, with the name that the user agent has.
    case unlisted = ""

    /// The product whose name in a user agent is its reported name, without special treatment.
    init(named name: UserAgentText) {
        self =
            switch name {
            case "Android": .android
            case "axios": .axios
            case "Chrome": .chrome
            case "Chromecast": .chromecast
            case "Firefox": .firefox
            case "HeadlessChrome": .headlessChrome
            case "iOS": .iOS
            case "NetworkingExtension": .networkingExtension
            case "Opera": .opera
            case "Silk": .silk
            case "Ubuntu": .ubuntu
            case "Version": .version
            case "YaBrowser": .yandexBrowser
            default: .unlisted
            }
    }
}

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

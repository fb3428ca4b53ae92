// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseEvaluation
import Testing

private let chromium = "AppleWebKit/537.36 (KHTML, like Gecko)"
private let webKit = "AppleWebKit/605.1.15 (KHTML, like Gecko)"

/// Every expected result was obtained from the reference SDK.
@Suite("User agents")
struct UserAgentTests {
    /// A user agent and what it stands for, each as the name and the version with a space between them.
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let os: String
        let browser: String

        init(_ text: String, os: String, browser: String) {
            self.text = text
            self.os = os
            self.browser = browser
        }

        var testDescription: String { text }
    }

    static let desktopBrowsers: [Case] = [
        Case(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(chromium) Chrome/131.0.6778.86 Safari/537.36",
            os: "Windows 10", browser: "Chrome 131.0.6778.86"),
        Case(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(chromium) Chrome/131.0.6778.70 Safari/537.36",
            os: "Mac OS X 10.15.7", browser: "Chrome 131.0.6778.70"),
        Case(
            "Mozilla/5.0 (X11; CrOS x86_64 15917.71.0) \(chromium) Chrome/127.0.6533.132 Safari/537.36",
            os: "Chrome OS 15917.71.0", browser: "Chrome 127.0.6533.132"),
        Case(
            "Mozilla/5.0 (X11; Linux x86_64) \(chromium) Chrome/130.0.0.0 Safari/537.36",
            os: "Linux 0.0.0", browser: "Chrome 130.0.0.0"),
        Case(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
            os: "Windows 10", browser: "Firefox 132.0"),
        Case(
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            os: "Ubuntu 0.0.0", browser: "Firefox 128.0"),
        Case(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6_1) \(webKit) Version/17.6 Safari/605.1.15",
            os: "Mac OS X 14.6.1", browser: "Safari 17.6"),
        Case(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(chromium) Chrome/131.0.0.0 Safari/537.36 "
                + "Edg/131.0.2903.51",
            os: "Windows 10", browser: "Edge 131.0.2903.51"),
        Case(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(chromium) Chrome/64.0.3282.140 Safari/537.36 "
                + "Edge/18.17763",
            os: "Windows 10", browser: "Edge 18.17763"),
        Case(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(chromium) Chrome/129.0.0.0 Safari/537.36 "
                + "OPR/114.0.5282.144",
            os: "Windows 10", browser: "Opera 114.0.5282"),
        Case(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) \(chromium) Chrome/128.0.0.0 YaBrowser/24.10.1.598 "
                + "Yowser/2.5 Safari/537.36",
            os: "Windows 10", browser: "Yandex Browser 24.10.1"),
        Case(
            "Mozilla/5.0 (X11; Linux x86_64) \(chromium) HeadlessChrome/126.0.6478.61 Safari/537.36",
            os: "Linux 0.0.0", browser: "HeadlessChrome 126.0.6478.61"),
        Case(
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            os: "Windows 7", browser: "Other 0.0.0"),
        Case(
            "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.0; Trident/4.0)",
            os: "Windows Vista", browser: "IE 8.0"),
        Case(
            "Opera/9.80 (X11; Linux x86_64; U; en) Presto/2.12.388 Version/12.16",
            os: "Linux 0.0.0", browser: "Opera 9.80"),
        Case(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(chromium) Slack/4.41.97 Chrome/130.0.6723.44 "
                + "Electron/33.0.1 Safari/537.36",
            os: "Mac OS X 10.15.7", browser: "Electron 33.0.1"),
    ]

    static let appleDevices: [Case] = [
        Case(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) \(webKit) Version/18.1.1 "
                + "Mobile/15E148 Safari/604.1",
            os: "iOS 18.1.1", browser: "Mobile Safari 18.1.1"),
        Case(
            "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) \(webKit) Version/17.7 Mobile/15E148 Safari/604.1",
            os: "iOS 17.7", browser: "Mobile Safari 17.7"),
        Case(
            "Mozilla/5.0 (iPad; U; CPU OS 4_3_5 like Mac OS X; en-us) AppleWebKit/533.17.9 (KHTML, like "
                + "Gecko) Version/5.0.2 Mobile/8L1 Safari/6533.18.5",
            os: "iOS 4.3.5", browser: "Mobile Safari 5.0.2"),
        Case(
            "Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5_7 like Mac OS X) \(webKit) Version/12.1.2 "
                + "Mobile/15E148 Safari/604.1",
            os: "iOS 12.5.7", browser: "Mobile Safari 12.1.2"),
        Case(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) \(webKit) CriOS/126.0.6478.35 "
                + "Mobile/15E148 Safari/604.1",
            os: "iOS 17.5", browser: "Chrome Mobile iOS 126.0.6478.35"),
        Case(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) \(webKit) FxiOS/127.0 Mobile/15E148 "
                + "Safari/605.1.15",
            os: "iOS 17.5", browser: "Firefox iOS 127.0"),
        Case(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) \(webKit) Version/17.0 "
                + "EdgiOS/125.0.2535.60 Mobile/15E148 Safari/605.1.15",
            os: "iOS 17.5", browser: "Edge Mobile 125.0.2535.60"),
        Case(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) \(webKit) GSA/319.0.638 Mobile/15E148 "
                + "Safari/604.1",
            os: "iOS 16.6", browser: "Google 319.0.638"),
        Case(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) \(webKit) CriOS/118 Version/11.1.1 Safari/605.1.15",
            os: "iOS 0.0.0", browser: "Chrome Mobile iOS 118"),
        Case(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) \(webKit) Mobile/15E148",
            os: "iOS 17.4.1", browser: "Mobile Safari UI/WKWebView 0.0.0"),
        Case(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X) \(webKit) Version/16.4 Safari/605.1.15 iPad8,12",
            os: "iOS 16.4", browser: "Safari 16.4"),
        Case(
            "ExampleApp/7.2.0 (iPhone14,5; iOS 17.2.1; Scale/3.00)",
            os: "iOS 17.2.1", browser: "Mobile Safari UI/WKWebView 0.0.0"),
        Case("ExampleApp/12 CFNetwork/1490.0.4 Darwin/23.2.0", os: "iOS 0.0.0", browser: "ExampleApp 12"),
        Case(
            "NetworkingExtension/8617.1.17.10.9 Network/3826.300.151 CFNetwork/1490.0.4 iOS/17.2",
            os: "iOS 17.2", browser: "CFNetwork 3826.300.151"),
        Case("CFNetwork/1490.0.4 Darwin/23.2.0", os: "iOS 0.0.0", browser: "Darwin 23.2.0"),
        Case("CFNetwork/1490.0.4", os: "iOS 0.0.0", browser: "Mobile Safari UI/WKWebView 0.0.0"),
        Case("ExampleApp/3.0 (iPadOS 17.1; iPad13,4)", os: "iOS 17.1", browser: "Mobile Safari UI/WKWebView 0.0.0"),
        Case("iPhone15,2iPhone/1.0 CFNetwork/1.0", os: "iOS 0.0.0", browser: "iPhone 15.2"),
        Case("AppleTV11,1/11.1", os: "ATV OS X 0.0.0", browser: "Other 0.0.0"),
        Case("Apple-iPhone7C2/1202.466", os: "iOS 0.0.0", browser: "Mobile Safari UI/WKWebView 0.0.0"),
    ]

    static let androidAndDevices: [Case] = [
        Case(
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) \(chromium) Chrome/130.0.6723.102 Mobile Safari/537.36",
            os: "Android 14", browser: "Chrome Mobile 130.0.6723.102"),
        Case(
            "Mozilla/5.0 (Linux; Android 13; SM-X700) \(chromium) Chrome/130.0.0.0 Safari/537.36",
            os: "Android 13", browser: "Chrome 130.0.0.0"),
        Case(
            "Mozilla/5.0 (Linux; Android 12; Pixel 5 Build/SQ3A; wv) \(chromium) Version/4.0 "
                + "Chrome/119.0.6045.66 Mobile Safari/537.36",
            os: "Android 12", browser: "Chrome Mobile WebView 119.0.6045.66"),
        Case(
            "Mozilla/5.0 (Linux; Android 13; SM-S911B) \(chromium) SamsungBrowser/25.0 Chrome/121.0.0.0 "
                + "Mobile Safari/537.36",
            os: "Android 13", browser: "Samsung Internet 25.0"),
        Case(
            "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0",
            os: "Android 14", browser: "Firefox Mobile 131.0"),
        Case(
            "Mozilla/5.0 (Linux; Android 10; HarmonyOS; ELS-AN00) \(chromium) Chrome/114.0.5735.196 "
                + "HuaweiBrowser/15.0.4.312 Mobile Safari/537.36",
            os: "Android 10", browser: "Chrome 114.0.5735.196"),
        Case(
            "Mozilla/5.0 (Linux; Android 9; KFMAWI) \(chromium) Silk/108.2.5 like Chrome/108.0.5359.160 "
                + "Safari/537.36",
            os: "Android 9", browser: "Amazon Silk 108.2.5"),
        Case(
            "Mozilla/5.0 (Linux; U; Android 4.1.2; en-gb; GT-I9100) AppleWebKit/534.30 (KHTML, like Gecko) "
                + "Version/4.0 Mobile Safari/534.30",
            os: "Android 4.1.2", browser: "Android 4.1.2"),
        Case(
            "Mozilla/5.0 (X11; Linux x86_64; Quest 3) \(chromium) OculusBrowser/34.1 Chrome/126.0.6478.122 "
                + "VR Safari/537.36",
            os: "Android 0.0.0", browser: "Chrome 126.0.6478.122"),
        Case(
            "Mozilla/5.0 (X11; Linux armv7l) \(chromium) Chrome/90.0.4430.225 Safari/537.36 CrKey/1.56.500000",
            os: "Linux 0.0.0", browser: "Chrome 90.0.4430.225"),
        Case(
            "Mozilla/5.0 (PlayStation; PlayStation 5/9.00) \(webKit) Version/13.0 Safari/605.1.15",
            os: "Other 0.0.0", browser: "Safari 13.0"),
        Case("Mozilla/5.0 (PlayStation 4 11.00) \(webKit) Silk/1.0", os: "Other 0.0.0", browser: "NetFront NX 0.0.0"),
        Case(
            "Mozilla/5.0 (Nintendo 3DS; U; ; en) Version/1.7498.EU",
            os: "Other 0.0.0", browser: "NetFront NX 0.0.0"),
        Case(
            "Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/606.4 (KHTML, like Gecko) "
                + "NF/6.0.1.15.4 NintendoBrowser/5.1.0.20393",
            os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case(
            "Mozilla/5.0 (Nintendo WiiU) AppleWebKit/536.30 (KHTML, like Gecko) NX/3.0.4.2.13 "
                + "NintendoBrowser/4.3.2.11274.US",
            os: "Other 0.0.0", browser: "NetFront NX 3.0.4"),
        Case(
            "Mozilla/5.0 (X11; Linux armv7l like Android; de-de) Version/5.2 Safari/533.2+ Kindle/3.4+",
            os: "Kindle 3.4", browser: "Kindle 3.4"),
        Case("AndroidDownloadManager/14 (Linux; U; Android14; Pixel)", os: "Android 0.0.0", browser: "Other 0.0.0"),
        Case("Dalvik/2.1.0 (Linux; U; Android 11; Redmi Note 8 MIUI/12.5)", os: "Android 11", browser: "Android 11"),
        Case(
            "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) \(chromium) "
                + "Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254",
            os: "Windows Phone 10.0", browser: "Edge Mobile 15.15254"),
        Case(
            "Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch; "
                + "NOKIA; Lumia 920)",
            os: "Windows Phone 8.0", browser: "IE Mobile 10.0"),
    ]

    static let windowsReleases: [Case] = [
        Case("Mozilla/5.0 (Windows NT 5.0) Gecko Firefox/52.9.0", os: "Windows 0.0.0", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows NT 5.1) Gecko Firefox/52.9.0", os: "Windows XP", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows NT 5.2) Gecko Firefox/52.9.0", os: "Windows XP", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows NT 6.0) Gecko Firefox/52.9.0", os: "Windows Vista", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows NT 6.1) Gecko Firefox/52.9.0", os: "Windows 7", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows NT 6.2) Gecko Firefox/52.9.0", os: "Windows 0.0.0", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows NT 6.3) Gecko Firefox/52.9.0", os: "Windows 8.1", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows NT 10.0) Gecko Firefox/52.9.0", os: "Windows 10", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows NT 11.0) Gecko Firefox/52.9.0", os: "Windows 0.0.0", browser: "Firefox 52.9.0"),
        Case("Mozilla/5.0 (Windows XP) Firefox/3.6", os: "Windows 0.0.0", browser: "Firefox 3.6"),
        Case("Mozilla/4.0 (compatible; MSIE 6.0; Windows 98)", os: "Windows 0.0.0", browser: "IE 6.0"),
        Case("Mozilla/5.0 (Windows; U; Win98)", os: "Windows 0.0.0", browser: "Other 0.0.0"),
        Case("Mozilla/5.0 (WindowsCE 6.0)", os: "Windows Vista", browser: "Other 0.0.0"),
        Case("Windows NT", os: "Windows 0.0.0", browser: "Other 0.0.0"),
        Case("Windows 10.0", os: "Windows 10", browser: "Other 0.0.0"),
    ]

    static let botsAndTools: [Case] = [
        Case(
            "Mozilla/5.0 (compatible; Googlebot/2.1; +https://www.google.com/bot.html)",
            os: "Other 0.0.0", browser: "Googlebot 2.1"),
        Case(
            "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) \(chromium) Chrome/131.0.0.0 Mobile "
                + "Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            os: "Android 6.0.1", browser: "Googlebot 2.1"),
        Case(
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            os: "Other 0.0.0", browser: "bingbot 2.0"),
        Case("Mozilla/5.0 (compatible; Yahoo! Slurp; crawl-24)", os: "Other 0.0.0", browser: "Yahoo! Slurp 0.0.0"),
        Case("Mozilla/5.0 (compatible; examplecrawler)", os: "Other 0.0.0", browser: "examplecrawler 0.0.0"),
        Case(
            "Mozilla/5.0 (compatible; Example/1.0; https://example.com/crawler)",
            os: "Other 0.0.0", browser: "crawler 0.0.0"),
        Case(
            "AdsBot-Google-Mobile (+http://www.google.com/mobile/adsbot.html)",
            os: "Other 0.0.0", browser: "AdsBot-Google 0.0.0"),
        Case(
            "Better Uptime Bot Mozilla/5.0 \(chromium) Chrome/74.0.3729.169",
            os: "Other 0.0.0", browser: "Better Uptime Bot 0.0.0"),
        Case(
            "Mozilla/5.0 (compatible; Radius Compilance Bot)",
            os: "Other 0.0.0", browser: "Radius Compilance Bot 0.0.0"),
        Case(
            "Mozilla/5.0 (compatible; Uptime Monitoring Bot; 3.1)",
            os: "Other 0.0.0", browser: "Uptime Monitoring Bot 0.0.0"),
        Case(
            "Mozilla/5.0 \(chromium) (compatible; ChatGPT-User/1.0; +https://openai.com/bot)",
            os: "Other 0.0.0", browser: "ChatGPT-User 1.0"),
        Case(
            "Mozilla/5.0 \(chromium) (compatible; OAI-SearchBot/1.3; +https://openai.com/searchbot)",
            os: "Other 0.0.0", browser: "OAI-SearchBot 1.3"),
        Case("YisouSpider/5.0", os: "Other 0.0.0", browser: "YisouSpider 5.0"),
        Case("axios/1.7.7", os: "Other 0.0.0", browser: "axios 1.7.7"),
        Case("curl/8.7.1", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("python-requests/2.32.3", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("okhttp/4.12.0", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("Red Hat Enterprise/9", os: "Red Hat 0.0.0", browser: "Other 0.0.0"),
        Case("Ubuntu/22.04 agent", os: "Ubuntu 22.04", browser: "Other 0.0.0"),
        Case("Debian Chromecast/1.56", os: "Chromecast 0.0.0", browser: "Other 0.0.0"),
    ]

    static let edgeCases: [Case] = [
        Case("x", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("ab", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case(" ", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case(";", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case(";;; ; ;", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("( ) ; , + _ \"", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("/", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("//", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("Firefox", os: "Other 0.0.0", browser: "Firefox 0.0.0"),
        Case("Firefox/", os: "Other 0.0.0", browser: "Firefox 0.0.0"),
        Case("Firefox/.", os: "Other 0.0.0", browser: "Firefox "),
        Case("Firefox/1..2", os: "Other 0.0.0", browser: "Firefox 1..2"),
        Case("Firefox/1.2.3.4.5", os: "Other 0.0.0", browser: "Firefox 1.2.3.4"),
        Case("Firefox/1_2,3.4_", os: "Other 0.0.0", browser: "Firefox 1.2.3.4"),
        Case("Firefox/12.3b4.5c.6d.7", os: "Other 0.0.0", browser: "Firefox 12.3.5c.6d"),
        Case("Opera/1.2.3.4", os: "Other 0.0.0", browser: "Opera 1.2.3"),
        Case("Firefox:9", os: "Other 0.0.0", browser: "Firefox 9"),
        Case("Firefox/99/1", os: "Other 0.0.0", browser: "Firefox 99/1"),
        Case("(Firefox/7.0)", os: "Other 0.0.0", browser: "Firefox 7.0"),
        Case("\"Chrome\"", os: "Other 0.0.0", browser: "Chrome 0.0.0"),
        Case("Firefox/1.é2", os: "Other 0.0.0", browser: "Firefox 1."),
        Case("Firefox/é", os: "Other 0.0.0", browser: "Firefox é"),
        Case("Fire\u{301}fox/1", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("Firefox\u{301}/1", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("Chrome Android 5", os: "Android 5", browser: "Android 5"),
        Case("Chrome/", os: "Other 0.0.0", browser: "Chrome 0.0.0"),
        Case("Chrome", os: "Other 0.0.0", browser: "Chrome 0.0.0"),
        Case("like Mac OS X 10_1", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("like Mac OS", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("Mac OS", os: "Mac OS X 0.0.0", browser: "Other 0.0.0"),
        Case("Mac OS 9.2", os: "Mac OS X 9.2", browser: "Other 0.0.0"),
        Case("Mac OS X", os: "Mac OS X 0.0.0", browser: "Other 0.0.0"),
        Case("CrOS", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("CrOS 1", os: "Chrome OS 1", browser: "Other 0.0.0"),
        Case("CrOS x 2", os: "Chrome OS 2", browser: "Other 0.0.0"),
        Case("Edge/1 Mobile", os: "Other 0.0.0", browser: "Edge Mobile 1"),
        Case("OPR/1.2 Mobile", os: "Other 0.0.0", browser: "Opera Mobile 1.2"),
        Case("Mobile/1", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("MSIE", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("MSIE 7.0b", os: "Other 0.0.0", browser: "IE 7.0"),
        Case("Version/1", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("tab\tFirefox/1.0", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("\u{0}\u{1}", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("FIREFOX/1.0", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("firefox/1.0", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("Linux", os: "Linux 0.0.0", browser: "Other 0.0.0"),
        Case("linux", os: "Linux 0.0.0", browser: "Other 0.0.0"),
        Case("X11 Linux", os: "Linux 0.0.0", browser: "Other 0.0.0"),
        Case("CPU OS 12_1", os: "Other 0.0.0", browser: "Other 0.0.0"),
        Case("iPhone OS 3", os: "iOS 3", browser: "Other 0.0.0"),
        Case("iOS", os: "iOS 0.0.0", browser: "Mobile Safari UI/WKWebView 0.0.0"),
        Case("iOS/5.1", os: "iOS 5.1", browser: "Other 0.0.0"),
    ]

    private static func parse(_ bytes: [UInt8]) -> UserAgent? {
        bytes.withUnsafeBufferPointer { UserAgent(parsing: $0) }
    }

    private static func check(_ expected: Case, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let parsed = try #require(parse(Array(expected.text.utf8)), sourceLocation: sourceLocation)
        #expect("\(parsed.osName) \(parsed.osVersion)" == expected.os, sourceLocation: sourceLocation)
        #expect("\(parsed.browserName) \(parsed.browserVersion)" == expected.browser, sourceLocation: sourceLocation)
    }

    @Test("Desktop browsers", arguments: desktopBrowsers)
    func desktopBrowser(_ expected: Case) throws { try Self.check(expected) }

    @Test("Apple devices and applications", arguments: appleDevices)
    func appleDevice(_ expected: Case) throws { try Self.check(expected) }

    @Test("Android, consoles and other devices", arguments: androidAndDevices)
    func androidOrDevice(_ expected: Case) throws { try Self.check(expected) }

    @Test("Releases of Windows", arguments: windowsReleases)
    func windowsRelease(_ expected: Case) throws { try Self.check(expected) }

    @Test("Bots and tools", arguments: botsAndTools)
    func botOrTool(_ expected: Case) throws { try Self.check(expected) }

    @Test("Odd texts", arguments: edgeCases)
    func edgeCase(_ expected: Case) throws { try Self.check(expected) }

    @Test("Only texts of up to 1000 bytes are parsed, of which the empty one says nothing")
    func length() {
        let browser = Array("Firefox/1.0 ".utf8)
        let longest = browser + Array(repeating: UInt8(ascii: "a"), count: 1000 - browser.count)
        #expect(Self.parse([])?.browserName == "Other")
        #expect(Self.parse([])?.osVersion == "0.0.0")
        #expect(Self.parse(longest)?.browserName == "Firefox")
        #expect(Self.parse(longest + [UInt8(ascii: "a")]) == nil)
        // The limit counts bytes, not characters.
        #expect(Self.parse(Array(String(repeating: "é", count: 500).utf8))?.osName == "Other")
        #expect(Self.parse(Array(String(repeating: "é", count: 501).utf8)) == nil)
    }

    @Test("As many pieces as fit", arguments: [" ", ";", "Mac ", "a/b ", "Windows NT ", "iPhone", "CFNetwork ", "1."])
    func repetition(_ piece: String) {
        let bytes = Array(String(repeating: piece, count: 1000 / piece.utf8.count).utf8)
        #expect(Self.parse(bytes) != nil)
    }

    @Test("A long name and a long version are kept whole")
    func longNameAndVersion() throws {
        let name = String(repeating: "n", count: 400)
        let version = String(repeating: "7", count: 500)
        let parsed = try #require(Self.parse(Array("\(name)/\(version) CFNetwork/1".utf8)))
        #expect(parsed.browserName == name)
        #expect(parsed.browserVersion == version)
    }

    @Test("Invalid UTF-8 is reported with replacement characters")
    func invalidUTF8() throws {
        let parsed = try #require(Self.parse(Array("Firefox/".utf8) + [0xFF, 0xC3]))
        #expect(parsed.browserName == "Firefox")
        #expect(parsed.browserVersion == "\u{FFFD}\u{FFFD}")
    }

    @Test("Arbitrary bytes are parsed without a trap")
    func arbitraryBytes() {
        let words = ["Windows", "NT", "XP", "Mac", "OS", "iPad", "CrOS", "like", "Version/", "CFNetwork", "1.2_3,"]
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<2000 {
            var bytes: [UInt8] = []
            for _ in 0...next(12) {
                bytes += next(2) == 0 ? Array(words[next(words.count)].utf8) : [UInt8(next(256)), UInt8(next(256))]
                if next(2) == 0 { bytes.append(UInt8(ascii: " ")) }
            }
            #expect(Self.parse(bytes) != nil)
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The operating system and the browser that a `User-Agent` text names.
///
/// Names and versions are those of the reference SDK's parser, which differ from other parsers': an unrecognised name
/// is `Other`, an absent version `0.0.0`.
package struct UserAgent {
    /// A part of the user agent that conditions can read.
    package enum Part: UInt8, BitwiseCopyable {
        case none, osName, osVersion, browserName, browserVersion
    }

    package let osName: String
    package let osVersion: String
    package let browserName: String
    package let browserVersion: String

    /// Parses the UTF-8 bytes of a user agent, of which there may be none; nil when they are too many.
    package init?(parsing bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count <= Limits.userAgentByteCount else { return nil }
        var tokenizer = UserAgentTokenizer(bytes)
        let findings = tokenizer.run()
        let os = findings.operatingSystem
        let browser = findings.browser
        osName = os.name
        osVersion = os.version
        browserName = browser.name
        browserVersion = browser.version
    }

    /// The parts in the order of ``Part``.
    var parts: [String] { [osName, osVersion, browserName, browserVersion] }

    func part(_ part: UserAgent.Part) -> String? {
        switch part {
        case .none: nil
        case .osName: osName
        case .osVersion: osVersion
        case .browserName: browserName
        case .browserVersion: browserVersion
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Where to look for a condition's field (Evaluation §3.3), with the text work done ahead.
package struct FieldSelector: BitwiseCopyable {
    /// A well-known field that comes before any custom one, unless it is empty.
    package enum WellKnown: UInt8, BitwiseCopyable, CaseIterable {
        case none, userID, email, ip, country, locale, appVersion, userAgent
    }

    /// A part of the user agent, for conditions that may read it.
    package enum UserAgentPart: UInt8, BitwiseCopyable {
        case none, osName, osVersion, browserName, browserVersion
    }

    package var name = Text.missing
    package var loweredName = Text.missing
    package var wellKnown = WellKnown.none
    /// `user_id`, `app_version` or `user_agent`: a well-known field that comes after all custom ones.
    package var alias = WellKnown.none
    package var userAgentPart = UserAgentPart.none
    /// The name is exactly `country`, the only field an IP address stands in for.
    package var isCountry = false

    package init() {}
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Coded as an object with the member names that the SDKs share: `userID`, `customIDs`, `email`, `ip`, `userAgent`, `country`,
/// `locale`, `appVersion`, `custom`, `privateAttributes` and `statsigEnvironment`.
///
/// Other members are ignored, and any may be missing or `null`. Private attributes are encoded too, so don't log the result.
/// Key strategies of a coder can change the member names, so don't use them. ``Value`` describes how numbers are coded.
extension User: Codable {
    private enum CodingKeys: String, CodingKey {
        case userID, customIDs, email, ip, userAgent, country, locale, appVersion, custom, privateAttributes
        case environment = "statsigEnvironment"
    }

    /// Reads a user.
    ///
    /// - Parameter decoder: The decoder to read from.
    /// - Throws: `DecodingError` when it isn't an object, or a member that holds several values isn't.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        self[.userID] = try members.decodeIfPresent(Value.self, forKey: .userID)
        self[.email] = try members.decodeIfPresent(Value.self, forKey: .email)
        self[.ip] = try members.decodeIfPresent(Value.self, forKey: .ip)
        self[.userAgent] = try members.decodeIfPresent(Value.self, forKey: .userAgent)
        self[.country] = try members.decodeIfPresent(Value.self, forKey: .country)
        self[.locale] = try members.decodeIfPresent(Value.self, forKey: .locale)
        self[.appVersion] = try members.decodeIfPresent(Value.self, forKey: .appVersion)
        if let object = try members.decodeIfPresent(Object.self, forKey: .customIDs) { customIDs = object }
        if let object = try members.decodeIfPresent(Object.self, forKey: .custom) { custom = object }
        if let object = try members.decodeIfPresent(Object.self, forKey: .privateAttributes) {
            privateAttributes = object
        }
        environment = try members.decodeIfPresent(Object.self, forKey: .environment)
    }

    /// Writes the user: every member it has.
    ///
    /// - Parameter encoder: The encoder to write to.
    /// - Throws: `EncodingError` when the coder can't write it.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encodeIfPresent(self[.userID], forKey: .userID)
        try members.encodeIfPresent(self[.email], forKey: .email)
        try members.encodeIfPresent(self[.ip], forKey: .ip)
        try members.encodeIfPresent(self[.userAgent], forKey: .userAgent)
        try members.encodeIfPresent(self[.country], forKey: .country)
        try members.encodeIfPresent(self[.locale], forKey: .locale)
        try members.encodeIfPresent(self[.appVersion], forKey: .appVersion)
        let has = withView { (customIDs: $0.hasCustomIDs, custom: $0.hasCustom) }
        if has.customIDs { try members.encode(customIDs, forKey: .customIDs) }
        if has.custom { try members.encode(custom, forKey: .custom) }
        if !privateAttributes.isEmpty { try members.encode(privateAttributes, forKey: .privateAttributes) }
        try members.encodeIfPresent(environment, forKey: .environment)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The user of an evaluation: IDs, well-known fields and custom fields (Evaluation §3.1).
///
///     var user = User(userID: "a-user", email: "a@example.com")
///     user.custom["plan"] = "pro"
///     user.customIDs["companyID"] = "c-42"
///
/// A user converts its values once, when they are set, to the form conditions compare; make one per request and use it for
/// every check. Users are values: copies are cheap and independent, and one may be used from several threads at once.
public struct User {
    // Shared with copies until a copy is changed.
    var box: UserBox

    /// The well-known fields, whose values may be of any kind.
    package enum Field: Int, CaseIterable, Sendable {
        case userID, email, ip, userAgent, country, locale, appVersion
    }

    /// The fields that are maps.
    enum Map: Int, CaseIterable {
        case customIDs, custom, privateAttributes, environment
    }

    /// Makes a user.
    ///
    /// - Parameters:
    ///   - userID: The user's id; `nil` hashes like the empty one.
    ///   - customIDs: Further unit IDs by ID type, for example `["companyID": "c-42"]`.
    ///   - email: The e-mail address.
    ///   - ip: The IPv4 address, from which conditions on `country` derive a country when ``country`` is missing.
    ///   - userAgent: The HTTP user agent, from which conditions on browser and operating system read.
    ///   - country: The ISO 3166-1 alpha-2 code.
    ///   - locale: The locale, for example `en_US`.
    ///   - appVersion: The version of the app, for example `1.2.3`.
    ///   - custom: Any further fields that conditions name.
    ///   - privateAttributes: Fields that conditions may use and that are in no event.
    ///   - environment: The environment of this user, for example `["tier": "staging"]`; precedes the context's.
    public init(
        userID: String? = nil, customIDs: Object = Object(), email: String? = nil, ip: String? = nil,
        userAgent: String? = nil, country: String? = nil, locale: String? = nil, appVersion: String? = nil,
        custom: Object = Object(), privateAttributes: Object = Object(), environment: Object? = nil
    ) {
        let size =
            ValueSize.of(userID) + ValueSize.of(email) + ValueSize.of(ip) + ValueSize.of(userAgent: userAgent)
            + ValueSize.of(country) + ValueSize.of(locale) + ValueSize.of(appVersion) + ValueSize.of(customIDs)
            + ValueSize.of(custom) + ValueSize.of(privateAttributes) + (environment.map { ValueSize.of($0) } ?? 0)
        self.init(roomFor: size <= Limits.userByteCount ? size : 0)
        guard size <= Limits.userByteCount else {
            self.userID = userID
            self.email = email
            self.ip = ip
            self.userAgent = userAgent
            self.country = country
            self.locale = locale
            self.appVersion = appVersion
            self.customIDs = customIDs
            self.custom = custom
            self.privateAttributes = privateAttributes
            self.environment = environment
            return
        }
        withExtendedLifetime(box) {
            let user = box.start
            if let userID { user.pointee.set(user.pointee.area.row(userID), as: .userID) }
            if let email { user.pointee.set(user.pointee.area.row(email), as: .email) }
            if let ip { user.pointee.set(user.pointee.area.row(ip), as: .ip) }
            if let userAgent { user.pointee.set(user.pointee.area.row(userAgent), as: .userAgent) }
            if let country { user.pointee.set(user.pointee.area.row(country), as: .country) }
            if let locale { user.pointee.set(user.pointee.area.row(locale), as: .locale) }
            if let appVersion { user.pointee.set(user.pointee.area.row(appVersion), as: .appVersion) }
            user.pointee.fill(.customIDs, with: customIDs)
            user.pointee.fill(.custom, with: custom)
            user.pointee.fill(.privateAttributes, with: privateAttributes)
            if let environment {
                user.pointee.fill(.environment, with: environment)
                user.pointee.hasEnvironment = true
            }
        }
    }

    /// Makes a user whose fields have the values of variables.
    ///
    ///     User(userID: id, customIDs: ["companyID": company.id], custom: ["plan": plan, "age": 7, "tags": tags])
    ///
    /// - Parameters:
    ///   - userID: The user's ID; `nil` hashes like the empty one.
    ///   - customIDs: Further unit IDs by ID type. Those that are `nil` are left out, here and below.
    ///   - email: The e-mail address.
    ///   - ip: The IPv4 address.
    ///   - userAgent: The HTTP user agent.
    ///   - country: The ISO 3166-1 alpha-2 code.
    ///   - locale: The locale.
    ///   - appVersion: The version of the app.
    ///   - custom: Any further fields that conditions name.
    ///   - privateAttributes: Fields that conditions may use and that are in no event.
    ///   - environment: The environment of this user; precedes the context's.
    @_disfavoredOverload
    public init(
        userID: String? = nil, customIDs: KeyValuePairs<String, (any ValueConvertible)?> = [:], email: String? = nil,
        ip: String? = nil, userAgent: String? = nil, country: String? = nil, locale: String? = nil,
        appVersion: String? = nil, custom: KeyValuePairs<String, (any ValueConvertible)?> = [:],
        privateAttributes: KeyValuePairs<String, (any ValueConvertible)?> = [:], environment: Object? = nil
    ) {
        self.init(
            userID: userID, customIDs: Object(customIDs), email: email, ip: ip, userAgent: userAgent,
            country: country, locale: locale, appVersion: appVersion, custom: Object(custom),
            privateAttributes: Object(privateAttributes), environment: environment)
    }

    /// Makes a user without values, with memory for some.
    ///
    /// - Parameter byteCount: The expected size of the values in bytes; the user grows when it doesn't suffice.
    @inline(__always)
    package init(roomFor byteCount: Int) {
        box = UserBox.make(byteCount: min(byteCount, Limits.userByteCount))
    }

    /// The user's ID.
    ///
    /// A user that was read from JSON may have a number here, which reads as its text. The same goes for the other fields.
    public var userID: String? {
        get { text(of: .userID) }
        set { self[.userID] = newValue.map { .string($0) } }
    }

    /// The e-mail address.
    public var email: String? {
        get { text(of: .email) }
        set { self[.email] = newValue.map { .string($0) } }
    }

    /// The IP address.
    public var ip: String? {
        get { text(of: .ip) }
        set { self[.ip] = newValue.map { .string($0) } }
    }

    /// The HTTP user agent.
    public var userAgent: String? {
        get { text(of: .userAgent) }
        set { self[.userAgent] = newValue.map { .string($0) } }
    }

    /// The ISO 3166-1 alpha-2 code of the country.
    public var country: String? {
        get { text(of: .country) }
        set { self[.country] = newValue.map { .string($0) } }
    }

    /// The locale.
    public var locale: String? {
        get { text(of: .locale) }
        set { self[.locale] = newValue.map { .string($0) } }
    }

    /// The version of the app.
    public var appVersion: String? {
        get { text(of: .appVersion) }
        set { self[.appVersion] = newValue.map { .string($0) } }
    }

    /// Unit IDs by ID type, beside ``userID``.
    public var customIDs: Object {
        get { self[.customIDs] }
        set {
            self[.customIDs] = newValue
            withExtendedLifetime(box) { box.start.pointee.hasCustomIDs = true }
        }
    }

    /// Custom fields by name.
    public var custom: Object {
        get { self[.custom] }
        set {
            self[.custom] = newValue
            withExtendedLifetime(box) { box.start.pointee.hasCustom = true }
        }
    }

    /// Custom fields that never leave the process.
    public var privateAttributes: Object {
        get { self[.privateAttributes] }
        set { self[.privateAttributes] = newValue }
    }

    /// The user's own environment, `nil` when it has none.
    public var environment: Object? {
        get { withExtendedLifetime(box) { box.start.pointee.hasEnvironment } ? self[.environment] : nil }
        set {
            self[.environment] = newValue ?? Object()
            withExtendedLifetime(box) { box.start.pointee.hasEnvironment = newValue != nil }
        }
    }

    /// Sets one custom field, without rebuilding the others as assigning to ``custom`` does.
    ///
    /// - Parameters:
    ///   - value: The field's value; an explicit null hides a private attribute of the same name.
    ///   - name: The field's name, compared byte for byte.
    public mutating func setCustom(_ value: Value, for name: String) {
        set(value, for: name, in: .custom)
    }

    /// Sets one unit ID, without rebuilding the others as assigning to ``customIDs`` does.
    ///
    /// - Parameters:
    ///   - value: The ID.
    ///   - idType: The ID type, for example `companyID`.
    public mutating func setCustomID(_ value: Value, for idType: String) {
        set(value, for: idType, in: .customIDs)
    }

    /// Sets one custom field to a Swift value, as ``setCustom(_:for:)-(Value,_)``.
    @_disfavoredOverload
    public mutating func setCustom(_ value: some ValueConvertible, for name: String) {
        set(value.gatehouseValue, for: name, in: .custom)
    }

    /// Sets one unit ID to a Swift value, as ``setCustomID(_:for:)-(Value,_)``.
    @_disfavoredOverload
    public mutating func setCustomID(_ value: some ValueConvertible, for idType: String) {
        set(value.gatehouseValue, for: idType, in: .customIDs)
    }
}

extension User: Equatable {
    /// Equal when all values are, of whatever order.
    public static func == (left: User, right: User) -> Bool {
        Field.allCases.allSatisfy { left[$0] == right[$0] } && left.customIDs == right.customIDs
            && left.custom == right.custom && left.privateAttributes == right.privateAttributes
            && left.environment == right.environment
    }
}

extension User {
    /// The text by which conditions compare a value (Evaluation §2.1), empty where it has none.
    package static func conditionText(of value: Value) -> [UInt8] {
        var user = User(roomFor: ValueSize.of(value))
        user[.userID] = value
        return user.withView { Array($0.field(.userID).text.bytes) }
    }
}

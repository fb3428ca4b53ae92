// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Whom an evaluation is for: ids, the well-known fields and any custom ones (Evaluation §3.1).
///
///     var user = User(userID: "a-user", email: "a@example.com")
///     user.custom["plan"] = "pro"
///     user.customIDs["companyID"] = "c-42"
///
/// A user converts its values once, when they are set, to the form conditions compare; make one per request and use it for
/// every check. Users are values: copies are cheap and independent, and one may be used from several threads at once.
public struct User: Sendable {
    var storage = UserStorage()
    /// One row for each ``Field``, in order.
    var fields = FieldRows()
    var customIDRows: [UserValue] = []
    var customRows: [UserValue] = []
    var privateRows: [UserValue] = []
    var environmentRows: [UserValue]?

    /// The well-known fields, whose values may be of any kind.
    enum Field: Int, CaseIterable {
        case userID, email, ip, userAgent, country, locale, appVersion
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
    ///   - privateAttributes: Fields that conditions may use and that no event ever contains.
    ///   - environment: The environment of this user, for example `["tier": "staging"]`; wins over the evaluation's.
    public init(
        userID: String? = nil, customIDs: Object = [:], email: String? = nil, ip: String? = nil,
        userAgent: String? = nil, country: String? = nil, locale: String? = nil, appVersion: String? = nil,
        custom: Object = [:], privateAttributes: Object = [:], environment: Object? = nil
    ) {
        let texts = [userID, email, ip, userAgent, country, locale, appVersion]
        for (field, text) in zip(Field.allCases, texts) {
            if let text { self[field] = .string(text) }
        }
        customIDRows = rows(of: customIDs)
        customRows = rows(of: custom)
        privateRows = rows(of: privateAttributes)
        environmentRows = environment.map { rows(of: $0) }
    }

    /// The user's id.
    ///
    /// A number reads as its text.
    public var userID: Value? {
        get { self[.userID] }
        set { self[.userID] = newValue }
    }

    /// The e-mail address.
    public var email: Value? {
        get { self[.email] }
        set { self[.email] = newValue }
    }

    /// The IP address.
    public var ip: Value? {
        get { self[.ip] }
        set { self[.ip] = newValue }
    }

    /// The HTTP user agent.
    public var userAgent: Value? {
        get { self[.userAgent] }
        set { self[.userAgent] = newValue }
    }

    /// The ISO 3166-1 alpha-2 code of the country.
    public var country: Value? {
        get { self[.country] }
        set { self[.country] = newValue }
    }

    /// The locale.
    public var locale: Value? {
        get { self[.locale] }
        set { self[.locale] = newValue }
    }

    /// The version of the app.
    public var appVersion: Value? {
        get { self[.appVersion] }
        set { self[.appVersion] = newValue }
    }

    /// Unit IDs by ID type, beside ``userID``.
    public var customIDs: Object {
        get { object(of: customIDRows) }
        set { customIDRows = rows(of: newValue) }
    }

    /// Custom fields by name.
    public var custom: Object {
        get { object(of: customRows) }
        set { customRows = rows(of: newValue) }
    }

    /// Custom fields that never leave the process.
    public var privateAttributes: Object {
        get { object(of: privateRows) }
        set { privateRows = rows(of: newValue) }
    }

    /// The user's own environment, `nil` when it has none.
    public var environment: Object? {
        get { environmentRows.map(object(of:)) }
        set { environmentRows = newValue.map { rows(of: $0) } }
    }

    /// Sets one custom field, without rebuilding the others as assigning to ``custom`` does.
    ///
    /// - Parameters:
    ///   - value: The field's value; an explicit null hides a private attribute of the same name.
    ///   - name: The field's name, compared byte for byte.
    public mutating func setCustom(_ value: Value, for name: String) {
        User.set(value, for: name, in: &customRows, &storage)
    }

    /// Sets one unit ID, without rebuilding the others as assigning to ``customIDs`` does.
    ///
    /// - Parameters:
    ///   - value: The ID.
    ///   - idType: The ID type, for example `companyID`.
    public mutating func setCustomID(_ value: Value, for idType: String) {
        User.set(value, for: idType, in: &customIDRows, &storage)
    }

    // MARK: - Rows

    subscript(field: Field) -> Value? {
        get { fields[field].map(storage.value(of:)) }
        set { fields[field] = newValue.map { storage.row($0) } }
    }

    private static func set(
        _ value: Value, for name: String, in rows: inout [UserValue], _ storage: inout UserStorage
    ) {
        let row = storage.row(value, named: name)
        if let index = rows.firstIndex(where: { storage.hasName($0, name.utf8) }) {
            rows[index] = row
        } else {
            rows.append(row)
        }
    }

    private mutating func rows(of object: Object) -> [UserValue] {
        object.map { storage.row($0.value, named: $0.name) }
    }

    private func object(of rows: [UserValue]) -> Object {
        Object(distinct: rows.map { (storage.name(of: $0), storage.value(of: $0)) })
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
        var storage = UserStorage()
        let row = storage.row(value)
        return Array(storage.bytes[row.textStart..<(row.textStart + max(row.textCount, 0))])
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The rows of the well-known fields, inline: a user with only those needs no array.
struct FieldRows: Sendable {
    private var rows:
        (
            UserValue?, UserValue?, UserValue?, UserValue?, UserValue?, UserValue?, UserValue?
        )

    init() { rows = (nil, nil, nil, nil, nil, nil, nil) }

    subscript(field: User.Field) -> UserValue? {
        @inline(__always) get {
            switch field {
            case .userID: rows.0
            case .email: rows.1
            case .ip: rows.2
            case .userAgent: rows.3
            case .country: rows.4
            case .locale: rows.5
            case .appVersion: rows.6
            }
        }
        set {
            switch field {
            case .userID: rows.0 = newValue
            case .email: rows.1 = newValue
            case .ip: rows.2 = newValue
            case .userAgent: rows.3 = newValue
            case .country: rows.4 = newValue
            case .locale: rows.5 = newValue
            case .appVersion: rows.6 = newValue
            }
        }
    }
}

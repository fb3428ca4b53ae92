// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The app that a response is for, and the entities that it sees (Evaluation §21.3).
struct ClientApp {
    /// The entities that a client sees.
    private enum Visibility {
        case everything
        /// Entities for the app with this text.
        case app(Text)
        case nothing
    }

    /// The value that `target_app` conditions compare.
    let view: ValueView
    private let visibility: Visibility

    /// - Parameters:
    ///   - options: The options of the response.
    ///   - target: The target app of the options, missing or empty where there is none.
    ///   - program: The program, which has the apps of keys.
    init(_ options: ClientResponseOptions, target: Text, _ program: UnsafePointer<Program>) {
        if target.hasBytes {
            view = .string(target)
            visibility = .app(target)
            return
        }
        guard let key = options.clientKey else {
            view = program.pointee.appID.view
            visibility = .everything
            return
        }
        let app = ClientApp.app(ofKey: key, program)
        view = app?.view ?? .none
        if app == nil, options.hidesFromUnknownKeys {
            visibility = .nothing
        } else {
            visibility = view.text.isMissing ? .everything : .app(view.text)
        }
    }

    /// The app of a key: by the map of hashed keys if there is one, by that of keys otherwise; the document's without.
    private static func app(ofKey key: String, _ program: UnsafePointer<Program>) -> AppID? {
        key.withTextBytes { key in
            if let hashed = program.pointee.hashedClientKeys {
                return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NameHash.capacity) { buffer in
                    let count = NameHash.djb2.write(key, into: buffer)
                    return buffer.baseAddress.flatMap { hashed.app(of: Text(base: $0, count: count)) }
                }
            }
            if let keys = program.pointee.clientKeys { return keys.app(of: key) }
            return program.pointee.appID
        }
    }

    /// Whether the client sees no entities.
    var seesNothing: Bool {
        if case .nothing = visibility { true } else { false }
    }

    /// Whether the client sees an entity whose target apps are `apps`, `nil` where the document has none.
    @inline(__always)
    func sees(_ apps: TextList?) -> Bool {
        switch visibility {
        case .everything: true
        case .app(let app): apps?.contains { $0 == app } ?? false
        case .nothing: false
        }
    }
}

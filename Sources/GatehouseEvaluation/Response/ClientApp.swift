// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The app that a response is for, and what it may see (Evaluation §21.3).
struct ClientApp {
    /// What a client sees.
    private enum Visibility {
        case everything
        /// What is meant for an app with this text.
        case app(Text)
        case nothing
    }

    /// What `target_app` conditions compare.
    let view: ValueView
    private let visibility: Visibility

    /// - Parameters:
    ///   - options: Whose response it is.
    ///   - target: The bytes of its target app, missing where there is none.
    ///   - program: What knows the apps.
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

    /// Whether the client has no app that anything could be meant for.
    var seesNothing: Bool {
        if case .nothing = visibility { true } else { false }
    }

    /// Whether something meant for `apps`, if that says anything, is for this one.
    @inline(__always)
    func sees(_ apps: TextList?) -> Bool {
        switch visibility {
        case .everything: true
        case .app(let app): apps?.contains { $0 == app } ?? false
        case .nothing: false
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The content and format of a client-initialize response (Evaluation §21.1).
public struct ClientResponseOptions: Sendable {
    /// The formats of a response.
    public enum Format: String, Sendable, CaseIterable {
        /// The format that all clients read.
        case v1
        /// The same, with every secondary exposure written once and referred to by a hash.
        case v2
        /// Short names for members, values and secondary exposures written once.
        case initV2 = "init-v2"
    }

    /// How names are written.
    public var nameHash = NameHash.djb2
    /// The format of the response.
    public var format = Format.v1

    /// The client's key; its app selects the entities of the response.
    public var clientKey: String?
    /// The app that selects the entities of the response; `nil` or empty for the app of the client's key.
    public var targetAppID: String?
    /// Whether a client whose key the document doesn't know sees nothing.
    ///
    /// Like the reference, Gatehouse shows it everything unless this is set (<doc:Differences>).
    public var hidesFromUnknownKeys = false

    /// Whether the context's local overrides count.
    public var includesLocalOverrides = false

    /// The gates to include, `nil` for all.
    public var gates: NameFilter?
    /// The dynamic configs to include, `nil` for all.
    public var dynamicConfigs: NameFilter?
    /// The experiments to include, `nil` for all; autotunes that learn from context are among them, other autotunes aren't in the response.
    public var experiments: NameFilter?
    /// The layers to include, `nil` for all.
    public var layers: NameFilter?
    /// The parameter stores to include, `nil` for all.
    public var parameterStores: NameFilter?

    /// Whether to omit ID types.
    public var removesIDTypes = false
    /// Whether to omit gates that are false by default and have no secondary exposures; clients treat unknown gates alike.
    public var removesDefaultValueGates = false
    /// Whether to omit experiments that share their parameters with others in a layer.
    public var removesExperimentsInLayers = false

    /// The `full_checksum` of the client's last response; empty to get a first one.
    ///
    /// If set, the response has a `full_checksum`, and it is blank with `has_updates` false if nothing has changed.
    /// Only ``Format/v1`` has one.
    public var previousResponseHash: String?

    /// The response's `sdkInfo`.
    public var sdkInfo: Object = [
        "sdkType": .string(Release.responseType), "sdkVersion": .string(Release.version),
    ]

    /// Makes the default options: all entities, format v1, names hashed with DJB2.
    public init() {}
}

/// The names that a client response is restricted to.
public struct NameFilter: Sendable, ExpressibleByArrayLiteral {
    // By hash, and compared byte for byte: a set of strings would compare characters.
    private var names: [UInt64: [[UInt8]]] = [:]

    /// Makes a filter.
    ///
    /// - Parameter names: The names to include; they needn't exist.
    public init(_ names: some Sequence<String>) {
        for name in names {
            let bytes = Array(name.utf8)
            self.names[XXH3.hash(bytes.span), default: []].append(bytes)
        }
    }

    /// Makes a filter of the names in a list.
    public init(arrayLiteral names: String...) {
        self.init(names)
    }

    func contains(_ name: Text) -> Bool {
        guard let candidates = names[XXH3.hash(name)] else { return false }
        return candidates.contains { name.bytes.elementsEqual($0) }
    }
}

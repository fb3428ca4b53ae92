// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The servers and files that a client exchanges data with, as its options say.
///
/// A client asks the server that its documents come from for ID lists, and sends it the events. A client whose document comes
/// from a file or from the program uses only servers that its options name.
struct Destinations: Sendable, Equatable {
    /// Where documents come from: a URL or a path, `nil` for a client without a source that it looks at again.
    let documents: String?
    /// The collector's URL, `nil` for a client that sends nothing over HTTP.
    let collectorURL: String?
    /// The URL of the list of ID lists, `nil` for a client that downloads none.
    let manifestURL: String?
    /// The type of the sink of the options, `nil` for none.
    private let sink: String?

    init(_ options: ClientOptions) {
        let network = options.file == nil ? options.network : nil
        documents = options.file ?? network?.documentURLs.first ?? options.storage.map { "\(type(of: $0.storage))" }
        sink = options.events?.sink.map { "\(type(of: $0))" }
        collectorURL =
            if let events = options.events, events.sink == nil {
                events.collectorURL
                    ?? network?.url(of: "/v1/log_event", default: EventOptions.defaultCollectorURL)
            } else {
                nil
            }
        manifestURL = options.idLists.flatMap { lists in
            lists.manifestURL ?? network?.url(of: "/v1/get_id_lists", default: IDListOptions.defaultManifestURL)
        }
    }

    /// Whether the client makes connections.
    var usesHTTP: Bool { collectorURL != nil || manifestURL != nil }

    /// The sink or the collector that gets the events, `nil` for a client that logs none.
    var events: String? { sink ?? collectorURL.map(Destinations.shown) }

    /// A URL for logs and status, without credentials and without a query, which may contain a token.
    static func shown(_ url: String) -> String {
        let url = String(url.prefix { $0 != "?" && $0 != "#" })
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        guard let at = rest.prefix(while: { $0 != "/" }).lastIndex(of: "@") else { return url }
        return String(url[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

public import Configuration
public import Gatehouse

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension ClientOptions {
    /// Reads options; what isn't there keeps its default.
    ///
    ///     let configuration = ConfigReader(provider: EnvironmentVariablesProvider()).scoped(to: "gatehouse")
    ///     var options = try ClientOptions(configuration: configuration)
    ///     options.logger = logger
    ///
    /// The options are in the table of ``/GatehouseConfiguration``. Those that no text can say, such as a storage or a
    /// logger, are set afterwards. Reads the file of `bootstrapFile`, if there is one, before it returns.
    ///
    /// - Parameter configuration: The reader, usually scoped to `gatehouse`.
    /// - Throws: ``OptionError`` for the first option that isn't what it may be.
    public init(configuration: ConfigReader) throws(OptionError) {
        self = try OptionReader.read(configuration) { reader throws(OptionError) in try ClientOptions(reader) }
    }

    private init(_ reader: OptionReader) throws(OptionError) {
        let network = try NetworkOptions(reader)
        let idLists = try IDListOptions(reader)
        let events = try EventOptions(reader)
        self.init(
            network: try reader.bool("network.enabled") ?? true ? network : nil,
            environment: try reader.text("environment"), cacheDirectory: try reader.text("cacheDirectory"))
        if try reader.bool("idLists.enabled") ?? false { self.idLists = idLists }
        self.events = try reader.bool("events.enabled") ?? true ? events : nil
        file = try reader.text("file")
        if let path = try reader.text("bootstrapFile") {
            do {
                bootstrap = [UInt8](try Data(contentsOf: URL(filePath: path)))
            } catch {
                throw OptionError("bootstrapFile", is: path, allowed: "a file that can be read")
            }
        }
        startRequirement = try reader.choice("startRequirement", of: StartRequirement.self) ?? startRequirement
        staleAfter = try reader.seconds("staleAfterSeconds", from: 1, to: 31_536_000)
        label = try reader.text("label")
    }
}

extension NetworkOptions {
    init(_ reader: OptionReader) throws(OptionError) {
        self.init()
        specsURL = try reader.url("network.specsURL") ?? specsURL
        fallbackSpecsURL = try reader.url("network.fallbackSpecsURL")
        pollingInterval =
            try reader.seconds("network.pollingIntervalSeconds", from: 1, to: 86_400) ?? pollingInterval
        initialTimeout = try reader.seconds("network.initialTimeoutSeconds", from: 0.001, to: 3_600) ?? initialTimeout
        timeout = try reader.seconds("network.timeoutSeconds", from: 0.001, to: 3_600) ?? timeout
        retries = try reader.integer("network.retries", 0...100) ?? retries
        maximumBodyBytes = try reader.integer("network.maximumBodyBytes", 1...1 << 30) ?? maximumBodyBytes
        let allowed = "printable ASCII, since it goes into a header"
        if let name = try reader.text("network.serviceName", allowed: allowed) {
            guard name.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
                throw OptionError("network.serviceName", is: name, allowed: allowed)
            }
            serviceName = name
        }
        proxy = try ProxyOptions(reader)
        certificateAuthorityFile = try reader.text("network.certificateAuthorityFile")
        readsEnvironment = try reader.bool("network.readsEnvironment") ?? readsEnvironment
    }
}

extension ProxyOptions {
    /// `nil` when there is no option of a proxy.
    init?(_ reader: OptionReader) throws(OptionError) {
        let kind = try reader.choice("network.proxy.kind", of: Kind.self)
        let host = try reader.text("network.proxy.host")
        let port = try reader.integer("network.proxy.port", 1...65_535)
        let user = try reader.text("network.proxy.user")
        let password = try reader.text("network.proxy.password", isSecret: true)
        guard let host else {
            guard kind == nil, port == nil, user == nil, password == nil else {
                throw OptionError("network.proxy.host", allowed: "there for the other options of the proxy")
            }
            return nil
        }
        guard let port else { throw OptionError("network.proxy.port", allowed: "there for network.proxy.host") }
        self.init(kind ?? .http, host: host, port: port)
        guard user != nil || password != nil else { return }
        guard let user, let password else {
            let missing = user == nil ? "user" : "password"
            throw OptionError("network.proxy.\(missing)", allowed: "there for the other half of the credentials")
        }
        guard self.kind == .http else {
            throw OptionError("network.proxy.user", is: user, allowed: "left out: SOCKS is used without credentials")
        }
        credentials = (user, password)
    }
}

extension IDListOptions {
    init(_ reader: OptionReader) throws(OptionError) {
        self.init()
        manifestURL = try reader.url("idLists.manifestURL", allowsQuery: true)
        pollingInterval =
            try reader.seconds("idLists.pollingIntervalSeconds", from: 1, to: 86_400) ?? pollingInterval
        timeout = try reader.seconds("idLists.timeoutSeconds", from: 0.001, to: 3_600) ?? timeout
        maximumBodyBytes = try reader.integer("idLists.maximumBodyBytes", 1...1 << 30) ?? maximumBodyBytes
    }
}

extension EventOptions {
    init(_ reader: OptionReader) throws(OptionError) {
        self.init()
        collectorURL = try reader.url("events.collectorURL", allowsQuery: true)
        if let path = try reader.text("events.file") {
            guard collectorURL == nil else {
                throw OptionError(
                    "events.file", is: path, allowed: "left out, or events.collectorURL: events go to one of both")
            }
            sink = path == "-" ? LineEventSink() : LineEventSink(path: path)
        }
        timeout = try reader.seconds("events.timeoutSeconds", from: 0.001, to: 3_600) ?? timeout
        disablesAllLogging = try reader.bool("events.disablesAllLogging") ?? disablesAllLogging
        batchSize = try reader.integer("events.batchSize", 1...2_000) ?? batchSize
        maximumBatchBytes = try reader.integer("events.maximumBatchBytes", 1...1 << 28) ?? maximumBatchBytes
        flushInterval = try reader.seconds("events.flushIntervalSeconds", from: 1, to: 86_400) ?? flushInterval
        maximumWaitingBatches =
            try reader.integer("events.maximumWaitingBatches", 1...100_000) ?? maximumWaitingBatches
        maximumWaitingBytes = try reader.integer("events.maximumWaitingBytes", 1...1 << 30) ?? maximumWaitingBytes
        dedupeKeys = try reader.integer("events.dedupeKeys", 1...1 << 26) ?? dedupeKeys
        spool = try SpoolOptions(reader)
    }
}

extension SpoolOptions {
    /// `nil` when there is no directory.
    init?(_ reader: OptionReader) throws(OptionError) {
        let maximumBytes = try reader.integer("events.spool.maximumBytes", 1...1 << 40)
        guard let directory = try reader.text("events.spool.directory") else {
            guard maximumBytes == nil else {
                throw OptionError("events.spool.directory", allowed: "there for events.spool.maximumBytes")
            }
            return nil
        }
        self.init(directory: directory)
        self.maximumBytes = maximumBytes ?? self.maximumBytes
    }
}

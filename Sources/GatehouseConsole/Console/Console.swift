// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import NIOSSL
public import ServiceLifecycle
internal import Synchronization

/// An HTTP server with the Console API and the endpoints of SDKs, for development, tests and networks without a cloud.
///
/// Create a console, run it as a service, and read its ``url``. It may be used from any number of tasks at once.
public final class Console: Service, Sendable {
    let options: ConsoleOptions
    let registry: KeyRegistry
    let storage: Storage
    /// The operations that change or show something; requests and seeds reach them by their paths.
    let operations: [Operation]
    private let specs: DocumentStore
    private let project: ProjectStore
    private let events: EventStore
    private let responder: RouterResponder<ConsoleContext>
    private let services: [any Service]
    private let connections: Connections
    private let queue: WorkQueue
    private let port = Promise<Int>()

    /// Opens the data, which is created if it doesn't exist.
    ///
    /// No other console can open it until this one has ended.
    ///
    /// - Parameter options: The options.
    /// - Throws: When the data can't be opened; ``DocumentImportError`` when the specs can't be served.
    public init(_ options: ConsoleOptions = ConsoleOptions()) async throws {
        self.options = options
        let clock = options.clock
        let limits = options.limits
        let storage = try Console.storage(options)
        let metrics = ConsoleMetrics(options.metrics)
        let queue = WorkQueue(limits, metrics)
        self.queue = queue
        connections = Connections(metrics)
        let specs = DocumentStore(storage, clock: clock)
        let vault = try Console.vault(options)
        let registry = try await KeyRegistry(storage, clock: clock, vault: vault, logger: options.logger) { old, new in
            if Console.seesOther(old, new) { try await specs.keysChanged(clientApps: new.clientApps) }
        }
        let lists = try IDListFolder(path: options.idLists, logger: options.logger, clock: clock)
        let events = EventStore(storage: storage, clock: clock)
        let project = try await ProjectStore(
            storage, clock: clock, logger: options.logger, records: ResourceAudit.records
        ) { rendered in
            // The lists come first, so that no rule asks for a list that isn't served yet.
            lists.author(rendered.longSegments)
            try await specs.publish(authored: rendered) { registry.table.clientApps }
        }
        let source = ProjectSource(specs: specs, lists: lists, clock: clock)
        self.storage = storage
        (self.registry, self.specs, self.events) = (registry, specs, events)
        self.project = project
        let exposures = ExposureRoutes(store: project, counts: ExposureCounts(storage: storage, clock: clock))
        let schedule = RolloutSchedule(store: project, clock: clock, logger: options.logger)
        let router = ConsoleRouter(
            registry: registry, limiter: RateLimiter(options.rateLimits, clock: clock),
            bodies: RequestBodyReader(limits, metrics), queue: queue, connections: connections,
            metrics: metrics, proxies: try TrustedProxies(options.trustedProxies),
            scheme: options.tls == nil ? "http" : "https")
        let maintenance = Maintenance(storage: storage, events: events)
        let operations =
            KeyRoutes(registry: registry, names: Console.keyNames(options, specs, project)).operations
            + AuditRoutes(storage: storage).operations
            + Console.resources(project, exposures) + exposures.operations
            + ProjectRoutes(store: project).operations + ImportRoutes(store: project).operations
            + DocumentRoutes(specs: specs).operations
            + IDListRoutes(lists: lists, specs: specs, registry: registry).operations
            + EventRoutes(events: events, specs: specs).operations
            + EvaluationRoutes(source: source, events: events).operations
            + InitializeRoutes(source: source, limits: limits, metrics: metrics).operations
            + OpenFeatureRoutes(source: source, events: events).operations
            + HealthRoutes(isReady: { specs.edition != nil }).operations
        self.operations = operations
        responder = router.responder(
            for: operations + OpenAPIRoutes(described: operations).operations + UnservedRoutes.operations)

        let imported: ImportedDocuments?
        switch options.specs {
        case .none:
            services = [lists, schedule, maintenance]
            imported = nil
        case .documents(let documents):
            services = [lists, schedule, maintenance]
            imported = try Console.imported(documents)
        case .files(let paths):
            let files = DocumentFiles(
                paths: paths, logger: options.logger, stamps: paths.map { FileStamp($0) }
            ) { imported in
                project.imported(gates: imported.gates)
                try await specs.publish(imported) { registry.table.clientApps }
            }
            services = [lists, schedule, maintenance, files]
            imported = try DocumentFiles.read(paths)
        }
        project.imported(gates: imported?.gates ?? [])
        let rendered = project.rendered()
        lists.author(rendered?.longSegments ?? [])
        try await specs.publish(imported, authored: rendered) { registry.table.clientApps }
    }

    private static func resources(_ project: ProjectStore, _ exposures: ExposureRoutes) -> [Operation] {
        let counts = exposures.counts
        let routes = ResourceType.allCases.flatMap { type -> [ResourceRoutes] in
            switch type {
            case .gates: [ResourceRoutes(type, project, passRates: { try await counts.passRates() })]
            case .experiments: [ResourceRoutes(type, project, enrich: exposures.withDetails)]
            // Teams are below the users in the Console API.
            case .teams: [ResourceRoutes(type, project), ResourceRoutes(type, project, at: "users/teams")]
            default: [ResourceRoutes(type, project)]
            }
        }
        return routes.flatMap(\.operations)
    }

    private static func imported(_ documents: [[UInt8]]) throws(DocumentImportError) -> ImportedDocuments {
        try ImportedDocuments(documents.enumerated().map { ("document \($0.offset + 1)", $0.element) })
    }

    /// Whether a change of keys changes the document that a key downloads.
    private static func seesOther(_ old: KeyTable, _ new: KeyTable) -> Bool {
        old.clientApps != new.clientApps
            || old.all.contains { key in new[id: key.id].map { $0.view != key.view } ?? false }
    }

    private static func vault(_ options: ConsoleOptions) throws -> SecretVault? {
        switch options.keySecrets {
        case .hashed: return nil
        case .shown(let path):
            options.logger.warning(
                "The whole secrets of keys are kept, and shown to every key that may change keys",
                metadata: ["keyFile": "\(path ?? "memory")"])
            return try path.map { try SecretVault(path: $0) } ?? SecretVault()
        }
    }

    /// The environments and target apps of the project and of imported documents.
    private static func keyNames(
        _ options: ConsoleOptions, _ specs: DocumentStore, _ project: ProjectStore
    ) -> @Sendable () -> KeyNames {
        let (environments, apps) = (options.allowsUnknownEnvironments, options.allowsUnknownTargetApps)
        return {
            let authored = project.project
            let imported = specs.edition?.specs.imported
            return KeyNames(
                environments: Normalization.environmentNames(of: authored) + (imported?.environments ?? []),
                targetApps: authored.all(.targetApps).map { (id: $0.id, name: $0.name) }
                    + (imported?.targetApps ?? []).map { (id: $0, name: $0) },
                allowsUnknownEnvironments: environments, allowsUnknownTargetApps: apps)
        }
    }

    private static func storage(_ options: ConsoleOptions) throws -> Storage {
        let metrics = ConsoleMetrics(options.metrics)
        return switch options.data {
        case .memory: try Storage(path: nil, limits: options.limits, metrics: metrics, logger: options.logger)
        case .file(let path): try Storage(path: path, limits: options.limits, metrics: metrics, logger: options.logger)
        }
    }

    // MARK: - Running

    /// Serves until the service group shuts down, or the task is cancelled.
    ///
    /// - Throws: ``ListenError`` when the address can't be listened at, or the certificates can't be used.
    public func run() async throws {
        defer { storage.release() }
        do {
            let application = Application(
                responder: responder, server: try server(),
                configuration: ApplicationConfiguration(
                    address: .hostname(options.host, port: options.port), serverName: "gatehouse",
                    availableConnectionsDelegate: ConnectionLimit(
                        options.limits, ConsoleMetrics(options.metrics))),
                services: services,
                onServerRunning: { [port] channel in
                    port.succeed(channel.localAddress?.port ?? 0)
                },
                logger: options.logger)
            try await withGracefulShutdownHandler {
                try await application.run()
            } onGracefulShutdown: { [queue, connections, deadline = options.limits.shutdownDeadline] in
                // The server waits for its connections, including those of slow clients.
                Task {
                    try? await Task.sleep(for: deadline)
                    queue.close()
                    connections.closeAll()
                }
            }
            port.fail(CancellationError())
        } catch {
            let failure = ListenError(error, host: options.host, port: options.port) ?? error
            port.fail(failure)
            throw failure
        }
    }

    /// Runs a console while a function uses it.
    ///
    /// - Parameters:
    ///   - options: The options.
    ///   - body: The function; the console is listening when it is called.
    /// - Returns: What the function returns.
    /// - Throws: What the function throws, or the console.
    public static func withConsole<T: Sendable>(
        _ options: ConsoleOptions = ConsoleOptions(), _ body: @Sendable @escaping (Console) async throws -> T
    ) async throws -> T {
        let console = try await Console(options)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [console], logger: options.logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            _ = try await console.url
            let result: T
            do {
                result = try await body(console)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    /// The URL of the console, for example `http://127.0.0.1:8000`.
    ///
    /// The getter waits until the console listens.
    public var url: String {
        get async throws {
            let port = try await port.value
            let host = options.host.contains(":") ? "[\(options.host)]" : options.host
            return "\(options.tls == nil ? "http" : "https")://\(host):\(port)"
        }
    }

    private func server() throws -> HTTPServerBuilder {
        let (limits, connections, metrics) = (options.limits, connections, ConsoleMetrics(options.metrics))
        let plain = HTTPServerBuilder.http1(
            configuration: .init(
                additionalChannelHandlers: [ConnectionGuard(limits, connections, metrics)],
                idleTimeout: TimeAmount(limits.idleTimeout)))
        guard let files = options.tls else { return plain }
        guard let chain = try? NIOSSLCertificate.fromPEMFile(files.certificates), !chain.isEmpty else {
            throw ListenError(.certificates, "\(files.certificates): no certificates in PEM can be read")
        }
        guard let key = try? NIOSSLPrivateKey(file: files.privateKey, format: .pem) else {
            throw ListenError(.certificates, "\(files.privateKey): no private key in PEM can be read")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        return try .tls(plain, tlsConfiguration: configuration)
    }

    // MARK: - Specs and events

    /// Replaces the imported documents.
    ///
    /// An authored entity replaces an imported one with the same name.
    ///
    /// - Parameter documents: The documents of one project, at most one of each format. A missing format is made from the
    ///   other one.
    /// - Throws: ``DocumentImportError`` when they can't be served; what was served before stays.
    public func importSpecs(_ documents: [[UInt8]]) async throws {
        let imported = try Console.imported(documents)
        project.imported(gates: imported.gates)
        try await specs.publish(imported) { registry.table.clientApps }
    }

    /// The number of events of a name.
    ///
    /// - Parameter name: The events' name, for example `statsig::gate_exposure`.
    /// - Returns: The number of events, 0 for an unknown name.
    /// - Throws: When the data can't be read.
    public func eventCount(named name: String) async throws -> Int {
        try await events.count(of: name)
    }

    // MARK: - Keys

    /// Creates a key.
    ///
    /// The audit log names the process as the author.
    ///
    /// - Parameter key: The key to create.
    /// - Returns: Its secret, which isn't kept and can't be had again.
    /// - Throws: When the key can't be stored.
    public func createKey(_ key: NewKey) async throws -> String {
        try await registry.create(key, by: .process).1.text
    }

    /// Creates an administrator's key, unless an active one exists.
    ///
    /// - Returns: The key's secret, `nil` if there is one already.
    /// - Throws: When the key can't be stored.
    public func createFirstKey() async throws -> String? {
        let isThere = registry.table.all.contains { key in
            key.isAdministrator
        }
        guard !isThere else { return nil }
        return try await createKey(
            NewKey(.console, description: "First console key", scopes: [.omniReadWrite, .canAccessKeys]))
    }
}

/// A value that is set once; all waiting tasks get it.
final class Promise<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var waiting: [CheckedContinuation<Value, any Error>] = []
    }

    private let state = Mutex(State())

    /// The value.
    ///
    /// The getter waits until it is set.
    var value: Value {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state in
                    if state.result == nil { state.waiting.append(continuation) }
                    return state.result
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }

    func succeed(_ value: Value) { finish(.success(value)) }

    func fail(_ error: any Error) { finish(.failure(error)) }

    private func finish(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state in
            guard state.result == nil else { return [CheckedContinuation<Value, any Error>]() }
            state.result = result
            let waiting = state.waiting
            state.waiting = []
            return waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}

/// Keeps the console's files within their bounds while nothing is written.
private struct Maintenance: Service {
    let storage: Storage
    let events: EventStore

    private static let interval = Duration.seconds(60)

    func run() async throws {
        // The sleep ends with a cancellation when the service group shuts down.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: Maintenance.interval)
                await events.maintain()
                await storage.maintain()
            }
        }
    }
}

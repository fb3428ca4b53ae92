// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import NIOCore
internal import NIOSSL
public import ServiceLifecycle
internal import Synchronization

/// An HTTP server with the keys API of the Console API, for development, tests and places without a cloud.
///
/// Make one, run it as a service, and ask for its ``url``. May be used from any number of tasks at once.
public final class Console: Service, Sendable {
    private let options: ConsoleOptions
    private let registry: KeyRegistry
    private let storage: Storage
    private let specs: SpecStore
    private let project: ProjectStore
    private let events: EventStore
    private let responder: RouterResponder<ConsoleContext>
    private let services: [any Service]
    private let port = Promise<Int>()

    /// Opens the data, which is made when there is none; no other console can open it as long as this one is there.
    ///
    /// - Parameter options: How the console is set up.
    /// - Throws: When the data can't be opened; ``SpecImportError`` when the specs can't be served.
    public init(_ options: ConsoleOptions = ConsoleOptions()) async throws {
        self.options = options
        let clock = options.clock
        let storage = try Console.storage(options.data)
        let specs = SpecStore(storage, clock: clock)
        let registry = try await KeyRegistry(storage, clock: clock) { old, new in
            if Console.seesOther(old, new) { try await specs.keysChanged(clientApps: new.clientApps) }
        }
        let lists = try IDListFolder(path: options.idLists, logger: options.logger, clock: clock)
        let events = EventStore(storage: storage, clock: clock)
        let project = try await ProjectStore(storage, clock: clock, records: ResourceAudit.records) { rendered in
            // Lists first: rules that ask one mustn't come before it.
            lists.author(rendered.longSegments)
            try await specs.publish(authored: rendered) { registry.table.clientApps }
        }
        let source = ProjectSource(specs: specs, lists: lists, clock: clock)
        self.storage = storage
        (self.registry, self.specs, self.events) = (registry, specs, events)
        self.project = project
        let exposures = ExposureRoutes(store: project, counts: ExposureCounts(storage: storage, clock: clock))
        let schedule = RolloutSchedule(store: project, clock: clock, logger: options.logger)
        let router = ConsoleRouter(registry: registry, limiter: RateLimiter(options.rateLimits, clock: clock))
        let operations =
            KeyRoutes(registry: registry).operations + AuditRoutes(storage: storage).operations
            + ResourceType.allCases.filter { $0 != .experiments }.flatMap { ResourceRoutes($0, project).operations }
            + ResourceRoutes(.experiments, project, enrich: exposures.withHealth).operations + exposures.operations
            + ProjectRoutes(store: project).operations + ImportRoutes(store: project).operations
            + SpecRoutes(specs: specs).operations
            + IDListRoutes(
                lists: lists, specs: specs, registry: registry, scheme: options.tls == nil ? "http" : "https"
            ).operations + EventRoutes(events: events).operations
            + EvaluationRoutes(source: source, events: events).operations
            + InitializeRoutes(source: source).operations
            + OpenFeatureRoutes(source: source, events: events).operations
            + HealthRoutes(isReady: { specs.edition != nil }).operations
        responder = router.responder(for: operations + OpenAPIRoutes(described: operations).operations)

        let imported: ImportedSpecs?
        switch options.specs {
        case .none:
            services = [lists, schedule]
            imported = nil
        case .documents(let documents):
            services = [lists, schedule]
            imported = try Console.imported(documents)
        case .files(let paths):
            let files = SpecFiles(
                paths: paths, logger: options.logger, stamps: paths.map { FileStamp($0) }
            ) { imported in
                project.imported(gates: imported.gates)
                try await specs.publish(imported) { registry.table.clientApps }
            }
            services = [lists, schedule, files]
            imported = try SpecFiles.read(paths)
        }
        project.imported(gates: imported?.gates ?? [])
        let rendered = project.rendered()
        lists.author(rendered?.longSegments ?? [])
        try await specs.publish(imported, authored: rendered) { registry.table.clientApps }
    }

    private static func imported(_ documents: [[UInt8]]) throws(SpecImportError) -> ImportedSpecs {
        try ImportedSpecs(documents.enumerated().map { ("document \($0.offset + 1)", $0.element) })
    }

    /// Whether a change of keys changes what any of them downloads.
    private static func seesOther(_ old: KeyTable, _ new: KeyTable) -> Bool {
        old.clientApps != new.clientApps
            || old.all.contains { key in new[id: key.id].map { $0.view != key.view } ?? false }
    }

    private static func storage(_ location: ConsoleOptions.DataLocation) throws -> Storage {
        switch location {
        case .memory: try Storage(path: nil)
        case .file(let path): try Storage(path: path)
        }
    }

    // MARK: - Running

    /// Serves until the service group shuts down, or the task is cancelled.
    ///
    /// - Throws: When the address can't be listened at, or the certificates can't be used.
    public func run() async throws {
        defer { storage.release() }
        do {
            let application = Application(
                responder: responder, server: try server(),
                configuration: ApplicationConfiguration(
                    address: .hostname(options.host, port: options.port), serverName: "gatehouse"),
                services: services,
                onServerRunning: { [port] channel in
                    port.succeed(channel.localAddress?.port ?? 0)
                },
                logger: options.logger)
            try await application.run()
            port.fail(CancellationError())
        } catch {
            port.fail(error)
            throw error
        }
    }

    /// Runs a console while a function needs it.
    ///
    /// - Parameters:
    ///   - options: How the console is set up.
    ///   - body: What needs the console, which is listening already.
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

    /// Where the console listens, for example `http://127.0.0.1:8000`; waits until it does.
    public var url: String {
        get async throws {
            let port = try await port.value
            let host = options.host.contains(":") ? "[\(options.host)]" : options.host
            return "\(options.tls == nil ? "http" : "https")://\(host):\(port)"
        }
    }

    private func server() throws -> HTTPServerBuilder {
        let plain = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(120)))
        guard let files = options.tls else { return plain }
        let chain = try NIOSSLCertificate.fromPEMFile(files.certificates)
        let key = try NIOSSLPrivateKey(file: files.privateKey, format: .pem)
        return try .tls(
            plain,
            tlsConfiguration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }

    // MARK: - Specs and events

    /// Serves other specs, together with what is authored; of two with the same name that counts.
    ///
    /// - Parameter documents: Documents of one project, at most one of each wire format. What a key asks for in the other
    ///   format is made from the one there is.
    /// - Throws: ``SpecImportError`` when they can't be served; what was served before stays.
    public func importSpecs(_ documents: [[UInt8]]) async throws {
        let imported = try Console.imported(documents)
        project.imported(gates: imported.gates)
        try await specs.publish(imported) { registry.table.clientApps }
    }

    /// How many events of a name have come.
    ///
    /// - Parameter name: The events' name, for example `statsig::gate_exposure`.
    /// - Returns: The number of events, 0 for an unknown name.
    /// - Throws: When the data can't be read.
    public func eventCount(named name: String) async throws -> Int {
        try await events.count(of: name)
    }

    // MARK: - Keys

    /// Creates a key, as this process rather than through the Console API.
    ///
    /// - Parameter key: The key to create.
    /// - Returns: Its secret, which isn't kept and can't be had again.
    /// - Throws: When the key can't be stored.
    public func createKey(_ key: NewKey) async throws -> String {
        try await registry.create(key, by: .process).1.text
    }

    /// Creates a console key that may do everything, unless there is one already.
    ///
    /// - Returns: The key's secret, `nil` if there is one already.
    /// - Throws: When the key can't be stored.
    public func createFirstKey() async throws -> String? {
        let isThere = registry.table.all.contains { key in
            Access.decision(for: key, at: .changeKeys) == .allowed
        }
        guard !isThere else { return nil }
        return try await createKey(
            NewKey(.console, description: "First console key", scopes: [.omniReadWrite, .canAccessKeys]))
    }
}

/// A value that comes once, to everyone who waits for it.
final class Promise<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var waiting: [CheckedContinuation<Value, any Error>] = []
    }

    private let state = Mutex(State())

    /// The value, as soon as there is one.
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import Gatehouse
import GatehouseConfiguration
import GatehouseRedis
import Logging
import Synchronization
import SystemPackage
import Tracing

/// The code of the client's pages that isn't in `Examples/Service`.
///
/// `scripts/check-snippets` compares both, and ``DocumentationTests`` runs it.
enum DocumentationSamples {
    static func ask() async throws {
        let client = GatehouseClient(key: SDKKey("secret-…"))
        await client.start()

        let flags = client.scope(for: User(userID: "a-user", email: "a@example.com"))
        if flags.checkGate("new_checkout") {
            let price = flags.dynamicConfig("pricing")["price", default: 9.99]
            let label = flags.experiment("buy_button")["label", default: "Buy"]
            print(price, label)
        }
    }

    struct SpanHook: EvaluationHook {
        func beforeEvaluation(_ call: EvaluationCall) -> any Span {
            startSpan("flag \(call.name)")
        }

        func afterEvaluation(_ call: EvaluationCall, _ result: (any EvaluationResult)?, _ span: any Span) {
            span.attributes["feature_flag.result.reason"] = result.map { "\($0.reason)" }
            span.end()
        }
    }

    static func hooks(_ options: inout ClientOptions) {
        options.evaluationHooks = [SpanHook()]
    }

    static func changes(_ client: GatehouseClient, _ limiter: RateLimiter, logger: Logger) async {
        for await change in client.changes(of: .dynamicConfig, named: "rate_limits") {
            logger.info("new rate limits", metadata: ["change": "\(change.kind)"])
            limiter.setLimit(client.scope(for: User()).dynamicConfig("rate_limits")["limit", default: 100])
        }
    }

    static func override(_ client: GatehouseClient, _ user: User) -> EvaluationScope {
        let flags = client.scope(for: user).overriding { $0.setGate("new_home", to: true) }
        return flags
    }

    static func options(logger: Logger) -> GatehouseClient {
        var options = ClientOptions(environment: "production", cacheDirectory: "/var/cache/my-service")
        options.logger = logger
        let client = GatehouseClient(key: SDKKey("secret-…"), options: options)
        return client
    }

    static func configuration(logger: Logger) throws -> GatehouseClient {
        let configuration = ConfigReader(provider: EnvironmentVariablesProvider()).scoped(to: "gatehouse")
        var options = try ClientOptions(configuration: configuration)  // GATEHOUSE_NETWORK_RETRIES …
        options.logger = logger
        let client = GatehouseClient(key: try SDKKey(configuration: configuration), options: options)
        return client
    }

    static func file() async throws -> GatehouseClient {
        let configuration = ConfigReader(providers: [
            EnvironmentVariablesProvider(),
            try await FileProvider<JSONSnapshot>(filePath: "/etc/my-service.json", allowMissing: true),
        ]).scoped(to: "gatehouse")

        let client = GatehouseClient(
            key: try SDKKey(configuration: configuration), options: try ClientOptions(configuration: configuration))
        return client
    }

    static func fleet(_ options: inout ClientOptions) throws {
        options.storage = StorageOptions(try RedisStorage(url: "redis://redis.internal:6379"))
        options.idLists = IDListOptions()
    }

    static func network(_ options: inout ClientOptions, password: String) {
        options.network?.proxy = ProxyOptions(host: "proxy.internal", port: 3128, credentials: ("service", password))
        options.network?.certificateAuthorityFile = "/etc/ssl/company-and-public.pem"
        options.network?.readsEnvironment = false  // ignores all of the variables
    }

    static func overrides(_ client: GatehouseClient) {
        client.updateOverrides { overrides in
            overrides.setGate("new_checkout", to: true, for: "tester-1")
            overrides.setExperiment("color_test", to: .group("Blue"), for: "tester-1")
        }
    }

    static func overrides(_ options: inout ClientOptions, in file: URL) throws {
        options.overrides = try JSONDecoder().decode(LocalOverrides.self, from: Data(contentsOf: file))
    }

    static func keep(_ storage: any StickyStorage, _ options: inout ClientOptions) {
        options.stickyStorage = storage  // yours
    }

    static func sticky(_ client: GatehouseClient, _ user: User) async -> ExperimentEvaluation {
        guard let values = await client.stickyValues(for: user, idType: "userID") else {
            return client.experiment("onboarding", for: user)  // the storage failed: don't touch what it has
        }
        let experiment = client.experiment("onboarding", for: user, sticky: StickyOptions(values: values))
        return experiment
    }
}

/// What a service computes once from a config.
final class RateLimiter: Sendable {
    private let limit = Mutex(0)

    var current: Int { limit.withLock { $0 } }

    func setLimit(_ newLimit: Int) { limit.withLock { $0 = newLimit } }
}

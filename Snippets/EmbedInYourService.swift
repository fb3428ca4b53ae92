// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

// The code of the page "Embed it in your service" that isn't in Examples/Service.

import Configuration
import Foundation
import Gatehouse
import GatehouseConfiguration
import GatehouseRedis
import Logging

func makeClient(logger: Logger) -> GatehouseClient {
    var options = ClientOptions(environment: "production", cacheDirectory: "/var/cache/my-service")
    options.logger = logger
    let client = GatehouseClient(key: SDKKey("secret-…"), options: options)
    return client
}

func makeConfiguredClient(logger: Logger) throws -> GatehouseClient {
    let configuration = ConfigReader(provider: EnvironmentVariablesProvider()).scoped(to: "gatehouse")
    var options = try ClientOptions(configuration: configuration)
    options.logger = logger
    let client = GatehouseClient(key: try SDKKey(configuration: configuration), options: options)
    return client
}

func setStorages(of options: inout ClientOptions, _ storage: any StickyStorage, overridesIn file: URL) throws {
    options.storage = StorageOptions(try RedisStorage(url: "redis://redis.internal:6379"))
    options.idLists = IDListOptions()
    options.overrides = try JSONDecoder().decode(LocalOverrides.self, from: Data(contentsOf: file))
    options.stickyStorage = storage
}

func setNetwork(of options: inout ClientOptions, password: String) {
    options.network?.proxy = ProxyOptions(host: "proxy.internal", port: 3128, credentials: ("service", password))
    options.network?.certificateAuthorityFile = "/etc/ssl/company-and-public.pem"
    options.network?.readsEnvironment = false  // ignores all of the variables
}

func override(_ client: GatehouseClient) {
    client.updateOverrides { overrides in
        overrides.setGate("new_checkout", to: true, for: "tester-1")
        overrides.setExperiment("color_test", to: .group("Blue"), for: "tester-1")
    }
}

func showNewHome(_ client: GatehouseClient, to user: User) -> Bool {
    let flags = client.scope(for: user).overriding { $0.setGate("new_home", to: true) }
    return flags.checkGate("new_home")
}

func onboarding(_ client: GatehouseClient, for user: User) async -> ExperimentEvaluation {
    guard let values = await client.stickyValues(for: user, idType: "userID") else {
        return client.experiment("onboarding", for: user)
    }
    let experiment = client.experiment("onboarding", for: user, sticky: StickyOptions(values: values))
    return experiment
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Configuration
import Foundation
import Gatehouse
import GatehouseConfiguration
import Hummingbird
import Logging
import ServiceLifecycle

/// A web service that asks Gatehouse, configured by its environment: `GATEHOUSE_…` and `HTTP_…`.
@main
enum SampleService {
    static func main() async throws {
        let logger = Logger(label: "sample-service")
        let configuration = ConfigReader(provider: EnvironmentVariablesProvider())
        let client: GatehouseClient
        do {
            client = try makeClient(configuration.scoped(to: "gatehouse"), logger: logger)
        } catch {
            logger.critical("\(error)")
            exit(EX_CONFIG)
        }

        var application = Application(
            router: Routes(client: client).router,
            configuration: ApplicationConfiguration(reader: configuration.scoped(to: "http")), logger: logger)
        // The server waits until the client has a document, or knows that there is none for now.
        application.beforeServerStarts { await client.start() }

        // They stop in reverse order, so that requests under way are answered before the client ends.
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [client, application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await services.run()
    }

    private static func makeClient(_ configuration: ConfigReader, logger: Logger) throws -> GatehouseClient {
        var options = try ClientOptions(configuration: configuration)
        options.logger = logger
        return GatehouseClient(key: try SDKKey(configuration: configuration), options: options)
    }
}

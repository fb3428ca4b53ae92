// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse
import TestServers

extension Transport {
    /// Runs `body` with a transport that is closed afterwards.
    @discardableResult
    static func run<R>(
        _ options: NetworkOptions = NetworkOptions(), time: any TimeSource = SystemTime(),
        isolation: isolated (any Actor)? = #isolation, _ body: (Transport) async throws -> R
    ) async throws -> R {
        let transport = Transport(options, time: time)
        do {
            let result = try await body(transport)
            await transport.close()
            return result
        } catch {
            await transport.close()
            throw error
        }
    }
}

extension HTTPRequest {
    /// A request to a server, with time and room for anything.
    static func to(
        _ server: FaultServer, _ path: String = "/", method: Method = .get,
        headers: [(name: String, value: String)] = [], body: String = "", timeout: Duration = .seconds(60),
        maximumBodyBytes: Int = 8 << 20
    ) -> HTTPRequest {
        HTTPRequest(
            method, url: server.url + path, headers: headers, body: Array(body.utf8), timeout: timeout,
            maximumBodyBytes: maximumBodyBytes)
    }
}

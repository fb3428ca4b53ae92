// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Gatehouse

/// The request for a key that a program would send to the Console API.
struct DemoKeyRequest {
    static let scope = "client_download_config_specs"

    let url: String
    /// The key that may create keys.
    let consoleKey: String

    /// Asks for a client key.
    func send() async throws(CommandFailure) -> SDKKey {
        let transport = Transport(NetworkOptions(), time: SystemTime())
        let body = #"{"type":"CLIENT","description":"Demo","scopes":["\#(DemoKeyRequest.scope)"]}"#
        let request = HTTPRequest(
            .post, url: "\(url)/console/v1/keys",
            headers: [("STATSIG-API-KEY", consoleKey), ("Content-Type", "application/json")], body: Array(body.utf8),
            timeout: .seconds(10), maximumBodyBytes: 1 << 20)
        let reply: Result<HTTPReply, TransportError>
        do throws(TransportError) {
            reply = .success(try await transport.send(request))
        } catch {
            reply = .failure(error)
        }
        await transport.close()
        switch reply {
        case .failure(let error): throw .input("the console can't be reached: \(error)")
        case .success(let reply):
            guard reply.isSuccess, let key = secret(in: reply.body) else {
                let excerpt = reply.excerpt(without: SDKKey(consoleKey))
                throw .input("the console created no key: HTTP \(reply.status) \(excerpt)")
            }
            return SDKKey(key)
        }
    }

    private func secret(in body: [UInt8]) -> String? {
        let answer = body.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { Value(json: Text(base: $0, count: bytes.count)) }
        }
        return answer?.object?["data"]?.object?["key"]?.string
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// What a client tells every server of itself (Protocol §1).
struct RequestIdentity: Sendable {
    static let version = "0.1.0"

    static let sdkType = "gatehouse"

    let session = UUID().uuidString.lowercased()
    let serviceName: String

    /// The headers of a request made now.
    func headers(key: SDKKey, wallTime: Int64) -> [(name: String, value: String)] {
        [
            ("STATSIG-API-KEY", key.secret), ("STATSIG-SDK-TYPE", RequestIdentity.sdkType),
            ("STATSIG-SDK-VERSION", RequestIdentity.version), ("STATSIG-SERVER-SESSION-ID", session),
            ("STATSIG-CLIENT-TIME", String(wallTime)), ("x-request-service", serviceName),
        ]
    }
}

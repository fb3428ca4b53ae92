// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The release that this source code is of, as the command, the client, the console and their documents state it.
package enum Release {
    /// The version, by semantic versioning.
    package static let version = "0.1.0"

    /// The value of `sdkType` in requests and events of the client.
    package static let clientType = "gatehouse"

    /// The value of `sdkType` in events that the console logs for its evaluation endpoints.
    package static let consoleType = "gatehouse-console"

    /// The value of `sdkType` in client-initialize responses.
    package static let responseType = "gatehouse-swift"
}

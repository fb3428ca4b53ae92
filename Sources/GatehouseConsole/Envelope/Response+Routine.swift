// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore

extension Response {
    /// Whether the response has nothing new, as most have that are polled for.
    var isRoutine: Bool { (body.contentLength ?? 0) < 64 }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import TestServers

extension Scenario {
    /// A server that has one document, and sends it to clients that don't have it yet.
    static func honest(_ document: UInt64) -> FaultServer.Responder {
        { request in
            request.path.contains("sinceTime=\(document)&")
                ? Answer(json: #"{"has_updates":false}"#) : Answer(json: Documents.document(time: document))
        }
    }
}

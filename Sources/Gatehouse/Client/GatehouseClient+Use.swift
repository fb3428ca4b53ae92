// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension GatehouseClient {
    /// Answers from a document from now on, before this returns, whatever there was.
    ///
    /// - Parameter document: The document, in bytes.
    /// - Throws: ``SyncError`` when it can't be used; nothing changes then.
    package func use(_ document: [UInt8]) throws(SyncError) {
        try DocumentIntake(core: core).takeAtOnce(document, from: .bootstrap, as: .bootstrap)
        core.board.update { if $0.phase == .idle { $0.phase = .running } }
    }

    /// The sink that the program brought along, `nil` for none.
    package var eventSink: (any EventSink)? { core.options.events?.sink }
}

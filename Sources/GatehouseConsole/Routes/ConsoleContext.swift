// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Hummingbird
internal import HummingbirdCore
internal import NIOConcurrencyHelpers

/// What goes with a request through the router.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// How the key that was presented is shown, for the log; set once it is known.
    let shownKey = NIOLockedValueBox<String?>(nil)
    /// Whether the request is one of the many that nobody wants to read about.
    let isRoutine = NIOLockedValueBox(false)

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import Logging

/// Who calls an operation, after the access matrix has let them.
struct Caller: Sendable {
    /// `nil` only where no key is needed.
    let key: Key?
    /// What the key sees of the project.
    let view: KeyView
    let parameters: Parameters
    let logger: Logger

    /// A part of the path.
    func parameter(_ name: String) -> String {
        guard let text = parameters.get(name) else { return "" }
        return text.removingPercentEncoding ?? text
    }

    /// Who changes something by this call.
    var actor: Actor { key.map(Actor.init) ?? .process }
}

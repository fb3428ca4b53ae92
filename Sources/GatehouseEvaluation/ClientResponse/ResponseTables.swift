// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What responses of a ruleset have needed so far beside its program.
///
/// Threads that need a table first at the same time each make one, and all use the same. Tables stay as long as this does.
final class ResponseTables: Sendable {
    private let djb2 = AtomicLazyReference<HashedNames>()
    private let sha256 = AtomicLazyReference<HashedNames>()
    private let values = AtomicLazyReference<CompactValues>()

    /// The table of hashed names, `nil` for names that aren't hashed.
    func names(_ hash: NameHash, of program: Program) -> HashedNames? {
        switch hash {
        case .none: nil
        case .djb2: djb2.load() ?? djb2.storeIfNil(HashedNames(hash, of: program))
        case .sha256: sha256.load() ?? sha256.storeIfNil(HashedNames(hash, of: program))
        }
    }

    /// The table of values.
    func compactValues(of program: Program) -> CompactValues {
        values.load() ?? values.storeIfNil(CompactValues(of: program))
    }

    var byteCount: Int {
        (djb2.load()?.byteCount ?? 0) + (sha256.load()?.byteCount ?? 0) + (values.load()?.byteCount ?? 0)
    }
}

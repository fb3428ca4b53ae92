// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Memory beside a user's values for the parts of its user agent, so that it is parsed once per user and not per call.
///
/// The first evaluation that needs the parts writes them and then sets a flag; other threads read them once they see the
/// flag. No thread waits: while another thread is writing, or when the parts don't fit, a thread parses for itself.
struct UserAgentCache: BitwiseCopyable {
    private let start: UnsafeMutableRawPointer

    /// The room in bytes: flag, lengths and texts.
    ///
    /// Few user agents have parts of more than 88 bytes together. Whole rows of an area.
    static let byteCount = 4 + partCount + 88
    private static let partCount = 4

    private enum State {
        static let empty: UInt32 = 0
        static let claimed: UInt32 = 1
        static let filled: UInt32 = 2
    }

    /// The cache at an address that ``prepare()`` was called for.
    @inline(__always)
    init(at start: UnsafeMutableRawPointer) {
        self.start = start
    }

    /// Initializes an empty cache; no other thread may know it yet.
    func prepare() {
        start.bindMemory(to: Atomic<UInt32>.self, capacity: 1).initialize(to: Atomic(State.empty))
    }

    @inline(__always)
    private var state: UnsafeMutablePointer<Atomic<UInt32>> { start.assumingMemoryBound(to: Atomic<UInt32>.self) }

    private var lengths: UnsafeMutablePointer<UInt8> { (start + 4).assumingMemoryBound(to: UInt8.self) }
    private var texts: UnsafeMutablePointer<UInt8> { lengths + UserAgentCache.partCount }

    // MARK: - Access

    /// A part's text, as long as the user lives; `nil` while it isn't there.
    func text(of part: UserAgent.Part) -> Text? {
        guard part != .none, state.pointee.load(ordering: .acquiring) == State.filled else { return nil }
        let index = Int(part.rawValue) - 1
        let offset = (0..<index).reduce(0) { $0 + Int(lengths[$1]) }
        return Text(base: texts + offset, count: Int(lengths[index]))
    }

    /// Stores the parts, unless another thread has claimed the cache or they don't fit.
    func fill(with userAgent: UserAgent) {
        let claim = state.pointee.compareExchange(
            expected: State.empty, desired: State.claimed, ordering: .relaxed)
        guard claim.exchanged else { return }
        var offset = 0
        let room = UserAgentCache.byteCount - 4 - UserAgentCache.partCount
        for (index, part) in userAgent.parts.enumerated() {
            let count = part.utf8.count
            // Stays claimed, so that no thread tries again.
            guard offset + count <= room else { return }
            lengths[index] = UInt8(truncatingIfNeeded: count)
            part.withTextBytes { text in
                if let source = text.base { (texts + offset).update(from: source, count: count) }
            }
            offset += count
        }
        state.pointee.store(State.filled, ordering: .releasing)
    }
}

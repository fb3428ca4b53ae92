// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts the usage problems of one client, for any number of threads.
///
/// A call without a problem never reaches it. Counting a known problem is wait-free and allocates nothing. The first occurrence
/// takes a lock, which happens at most ``maximumProblems`` times.
package final class UsageBoard: Sendable {
    /// The maximum number of problems that are told apart; the board only counts what comes after that.
    package static let maximumProblems = 512
    private static let slotCount = 1_024
    /// The maximum number of slots that a key is looked for in.
    private static let maximumProbes = 32

    private let slots = UsageSlots(count: UsageBoard.slotCount)
    private let overflow = Atomic<Int>(0)
    /// The problems with their slots, in the order of their first occurrence.
    private let known = Mutex<[(slot: Int, problem: UsageProblem)]>([])
    private let counted: @Sendable (UsageProblem.Code) -> Void
    private let found: @Sendable (UsageProblem) -> Void

    /// - Parameters:
    ///   - counted: Called for each occurrence of a problem, on the thread of the caller.
    ///   - found: Called for the first occurrence of a problem, on the thread of the caller.
    package init(
        counted: @escaping @Sendable (UsageProblem.Code) -> Void = { _ in },
        found: @escaping @Sendable (UsageProblem) -> Void = { _ in }
    ) {
        self.counted = counted
        self.found = found
    }

    /// The problems so far with their counts, in the order of their first occurrence.
    package var problems: [UsageProblem] {
        known.withLock { known in
            known.map { entry in
                var problem = entry.problem
                problem.count = slots.count(at: entry.slot)
                return problem
            }
        }
    }

    /// The number of occurrences that belong to no problem of ``problems``, since there were too many.
    package var overflowCount: Int { overflow.load(ordering: .relaxed) }

    /// Counts an occurrence of a problem.
    ///
    /// - Parameters:
    ///   - code: The problem's code.
    ///   - name: A hash of the entity's name.
    ///   - detail: A hash of the parameter, ID type or group.
    ///   - problem: Makes the problem, at its first occurrence only. `nil` is no problem, and isn't counted.
    func report(
        _ code: UsageProblem.Code, _ name: UInt64, _ detail: UInt64 = 0, _ problem: () -> UsageProblem?
    ) {
        // Not 0, which is a free slot.
        let hash = XXH3.combined(XXH3.combined(name, detail &+ 1), UInt64(code.index &+ 1)) | 1
        var slot = Int(truncatingIfNeeded: hash >> 32) & (UsageBoard.slotCount - 1)
        for _ in 0..<UsageBoard.maximumProbes {
            switch slots.claim(slot, for: hash) {
            case .claimed:
                guard let problem = problem() else { return slots.mark(slot, as: .noProblem) }
                counted(code)
                let isNew = known.withLock { known in
                    guard known.count < UsageBoard.maximumProblems else { return false }
                    known.append((slot, problem))
                    return true
                }
                if isNew {
                    slots.add(at: slot)
                    return found(problem)
                }
                slots.mark(slot, as: .overflow)
                overflow.wrappingAdd(1, ordering: .relaxed)
                return
            case .known:
                switch slots.mark(of: slot) {
                case .noProblem: return
                case .overflow: overflow.wrappingAdd(1, ordering: .relaxed)
                case nil: slots.add(at: slot)
                }
                return counted(code)
            case .taken: slot = (slot + 1) & (UsageBoard.slotCount - 1)
            }
        }
        overflow.wrappingAdd(1, ordering: .relaxed)
        counted(code)
    }
}

/// The memory of a ``UsageBoard``: hashes, and a count for each.
struct UsageSlots: ~Copyable {
    enum Claim {
        /// The slot was free and belongs to the hash now.
        case claimed
        /// The slot belongs to the hash.
        case known
        /// The slot belongs to another hash.
        case taken
    }

    /// What stands in a slot in the place of a count.
    enum Mark: Int {
        /// The hash is that of a call without a problem.
        case noProblem = -1
        /// There were too many problems before this one.
        case overflow = -2
    }

    private let hashes: UnsafeMutablePointer<Atomic<UInt64>>
    private let counts: UnsafeMutablePointer<Atomic<Int>>
    private let slotCount: Int

    init(count: Int) {
        slotCount = count
        hashes = .allocate(capacity: count)
        counts = .allocate(capacity: count)
        for slot in 0..<count {
            (hashes + slot).initialize(to: Atomic(0))
            (counts + slot).initialize(to: Atomic(0))
        }
    }

    func claim(_ slot: Int, for hash: UInt64) -> Claim {
        let found = hashes[slot].load(ordering: .relaxed)
        if found == hash { return .known }
        if found != 0 { return .taken }
        let (isDone, other) = hashes[slot].compareExchange(expected: 0, desired: hash, ordering: .relaxed)
        if isDone { return .claimed }
        return other == hash ? .known : .taken
    }

    func add(at slot: Int) { counts[slot].wrappingAdd(1, ordering: .relaxed) }

    func mark(_ slot: Int, as mark: Mark) { counts[slot].store(mark.rawValue, ordering: .relaxed) }

    func mark(of slot: Int) -> Mark? { Mark(rawValue: counts[slot].load(ordering: .relaxed)) }

    func count(at slot: Int) -> Int { counts[slot].load(ordering: .relaxed) }

    deinit {
        hashes.deinitialize(count: slotCount)
        counts.deinitialize(count: slotCount)
        hashes.deallocate()
        counts.deallocate()
    }
}

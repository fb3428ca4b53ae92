// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import CPCRE2
internal import Synchronization

/// A compiled pattern of `str_matches`.
///
/// A plain handle: the caller of ``compile(_:lending:)`` frees it. The compiled code never changes, so threads may share it.
package struct Pattern: BitwiseCopyable {
    private let search: OpaquePointer
    /// The limits of a search.
    private let searchLimits: OpaquePointer
    /// The pattern made to match in one go from the start; `nil` if a search can't be expensive.
    private let onePass: OpaquePointer?
    private let isAnchored: Bool
    private let hasLongLook: Bool
    private let needsBacktracking: Bool
    private let workspaces: PatternWorkspaces

    // MARK: Compiling

    /// Compiles a pattern.
    ///
    /// - Parameters:
    ///   - source: The pattern in UTF-8.
    ///   - workspaces: The memory for matches; it has to live as long as the pattern.
    /// - Returns: `nil` for an invalid pattern, which matches nothing.
    package static func compile(
        _ source: UnsafeBufferPointer<UInt8>, lending workspaces: PatternWorkspaces
    ) -> Pattern? {
        guard let translation = PatternTranslator.translate(source),
            let search = code(translation.search, caseless: translation.isCaseless, options: 0)
        else { return nil }
        // Without PCRE2's own possessive repetitions every scalar a repetition takes costs a step, so that the number
        // of steps bounds the time.
        let onePass = translation.onePass.flatMap {
            code($0, caseless: translation.isCaseless, options: UInt32(PCRE2_NO_AUTO_POSSESS))
        }
        guard onePass != nil || translation.onePass == nil, let limits = pcre2_match_context_create_8(nil) else {
            pcre2_code_free_8(onePass)
            pcre2_code_free_8(search)
            return nil
        }
        let steps =
            onePass == nil
            ? PatternLimits.plainSteps
            : translation.isAnchored ? PatternLimits.anchoredSteps : PatternLimits.searchSteps
        pcre2_set_match_limit_8(limits, steps)
        pcre2_set_heap_limit_8(limits, PatternLimits.heapKibibytes)
        return Pattern(
            search: search, searchLimits: limits, onePass: onePass, isAnchored: translation.isAnchored,
            hasLongLook: translation.hasLongLook, needsBacktracking: translation.needsBacktracking,
            workspaces: workspaces)
    }

    private static func code(_ text: [UInt8], caseless: Bool, options: UInt32) -> OpaquePointer? {
        guard let context = pcre2_compile_context_create_8(nil) else { return nil }
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
        pcre2_set_parens_nest_limit_8(context, PatternLimits.translatedDepth)
        var options = options | UInt32(PCRE2_UTF)
        if caseless { options |= UInt32(PCRE2_CASELESS) }
        var errorCode: Int32 = 0
        var errorOffset = 0
        return pcre2_compile_8(text, text.count, options, &errorCode, &errorOffset, context)
    }

    /// Frees what `compile` made; no copy of the handle may be used afterwards.
    package func free() {
        pcre2_match_context_free_8(searchLimits)
        pcre2_code_free_8(onePass)
        pcre2_code_free_8(search)
    }

    // MARK: Matching

    /// Whether the pattern matches anywhere in `subject`, which must be valid UTF-8.
    ///
    /// A pattern that can't be decided within the limits doesn't match.
    package func matches(_ subject: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let data = workspaces.acquire() else { return false }
        let result = search(subject, data)
        // Match memory that has reached a limit is as large as the limit allows, so it is freed and not pooled.
        if result >= 0 || result == PCRE2_ERROR_NOMATCH {
            workspaces.release(data)
            return result >= 0
        }
        defer { pcre2_match_data_free_8(data) }
        return onePass.map { matchesInOneGo($0, subject, data) } ?? false
    }

    private func search(_ subject: UnsafeBufferPointer<UInt8>, _ data: OpaquePointer) -> Int32 {
        guard onePass == nil || isAnchored || subject.count <= PatternLimits.shortSubject else {
            return PCRE2_ERROR_MATCHLIMIT
        }
        return pcre2_match_8(
            search, Self.start(of: subject), subject.count, 0, UInt32(PCRE2_NO_UTF_CHECK), data, searchLimits)
    }

    /// The slow way, for what a search within its limits has left open.
    private func matchesInOneGo(
        _ code: OpaquePointer, _ subject: UnsafeBufferPointer<UInt8>, _ data: OpaquePointer
    ) -> Bool {
        guard let limits = pcre2_match_context_create_8(nil) else { return false }
        defer { pcre2_match_context_free_8(limits) }
        pcre2_set_heap_limit_8(limits, PatternLimits.heapKibibytes)
        let start = Self.start(of: subject)
        if !needsBacktracking {
            pcre2_set_match_limit_8(limits, PatternLimits.looks(forLength: subject.count, areLong: hasLongLook))
            // Two lists of states of three numbers each, and two numbers more.
            let count = PatternLimits.states(forLength: subject.count) * 6 + 2
            let result = withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { workspace in
                pcre2_dfa_match_8(
                    code, start, subject.count, 0, UInt32(PCRE2_NO_UTF_CHECK) | UInt32(PCRE2_DFA_SHORTEST), data,
                    limits, workspace.baseAddress, count)
            }
            if result >= 0 { return true }
            if result == PCRE2_ERROR_NOMATCH { return false }
        }
        // A search from the start alone has been tried.
        if isAnchored { return false }
        pcre2_set_match_limit_8(
            limits, needsBacktracking ? PatternLimits.backtrackingSteps : PatternLimits.onePassSteps)
        return pcre2_match_8(code, start, subject.count, 0, UInt32(PCRE2_NO_UTF_CHECK), data, limits) >= 0
    }

    private static func start(of subject: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8> {
        let empty: StaticString = ""
        return subject.baseAddress ?? empty.utf8Start
    }
}

/// A pool of PCRE2's match memory, so that most matches allocate nothing.
///
/// No thread waits: a thread that finds the pool empty allocates, and a thread that finds it full frees.
package struct PatternWorkspaces: BitwiseCopyable {
    // Addresses of PCRE2's match data, 0 where there is none.
    private let slots: UnsafeMutablePointer<Atomic<UInt>>
    private static let count = 4

    /// Makes an empty pool.
    package init() {
        slots = .allocate(capacity: PatternWorkspaces.count)
        for index in 0..<PatternWorkspaces.count { (slots + index).initialize(to: Atomic(0)) }
    }

    /// Frees the pool; the patterns that share it may not be used afterwards.
    package func free() {
        for index in 0..<PatternWorkspaces.count {
            pcre2_match_data_free_8(OpaquePointer(bitPattern: slots[index].exchange(0, ordering: .acquiring)))
        }
        slots.deinitialize(count: PatternWorkspaces.count)
        slots.deallocate()
    }

    fileprivate init(at address: UnsafeMutableRawPointer) {
        slots = address.assumingMemoryBound(to: Atomic<UInt>.self)
    }

    fileprivate var address: UnsafeMutableRawPointer { UnsafeMutableRawPointer(slots) }

    func acquire() -> OpaquePointer? {
        for index in 0..<PatternWorkspaces.count {
            if let data = OpaquePointer(bitPattern: slots[index].exchange(0, ordering: .acquiring)) { return data }
        }
        return pcre2_match_data_create_8(1, nil)
    }

    func release(_ data: OpaquePointer) {
        let address = UInt(bitPattern: data)
        for index in 0..<PatternWorkspaces.count {
            if slots[index].compareExchange(expected: 0, desired: address, ordering: .releasing).exchanged { return }
        }
        pcre2_match_data_free_8(data)
    }
}

extension Region {
    /// The workspaces that all patterns stored in this region share, made on first use and freed with the region.
    ///
    /// Only the task that fills the region may call this.
    package var patternWorkspaces: PatternWorkspaces {
        if let attachment { return PatternWorkspaces(at: attachment) }
        let workspaces = PatternWorkspaces()
        attachment = workspaces.address
        onFree { workspaces.free() }
        return workspaces
    }
}

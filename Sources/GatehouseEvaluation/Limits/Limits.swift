// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The engine's bounds: they protect the process from hostile and broken documents and users.
package enum Limits {
    /// How many gates or delegates may nest; one more fails the call, as in the reference (0.24).
    package static let nesting = 64

    /// How many evaluations may be under way inside each other, by gates, delegates, mappings and groups together.
    ///
    /// The reference has no such bound for config mappings and experiment groups and overflows its stack. This many fit a
    /// stack of 384 KiB (release build, x86-64); the smallest stack a thread commonly gets is 512 KiB.
    package static let recursion = 70

    /// How many gates, configs and mappings one call may evaluate.
    ///
    /// A call remembers gates, so only cycles, and graphs of mappings or experiment groups that take the reference exponential
    /// time, come near.
    package static let evaluations = 10_000

    /// How many conditions one call may evaluate.
    ///
    /// Only documents that evaluate entities with very many conditions again and again come near.
    package static let conditions = 20_000_000

    /// How many gates, configs and mappings a client response may evaluate beyond ``evaluations``: ten for each entity.
    ///
    /// All conditions of a response together count against ``conditions``.
    package static func responseEvaluations(entityCount: Int) -> Int { 10 * entityCount }

    /// The maximum size of a client response in bytes; a response that would be larger is blank.
    ///
    /// Without it a document of a few megabytes, whose gates have many secondary exposures, could make gigabytes.
    package static let responseByteCount = 64 << 20

    /// How many secondary exposures one call collects; further ones are dropped.
    ///
    /// They repeat along each path through nested gates: a chain of gates of which each names the next one twice has 2^depth
    /// of them in the reference.
    package static let secondaryExposures = 1_000

    /// How many secondary exposures of remembered gates one call stores to repeat them; a few MB.
    package static let rememberedExposures = 100_000

    /// How many steps of nested entities an explanation has.
    ///
    /// Only chains and graphs of many gates, experiment groups or mappings reach it.
    package static let explanationSteps = 10_000

    /// The maximum size of a user agent that is parsed, in bytes (Evaluation §14).
    package static let userAgentByteCount = 1_000

    /// The maximum size of a user's values in bytes; a value that doesn't fit becomes absent.
    ///
    /// Far larger than a request, and within the 32 bits of the offsets in rows of values.
    package static let userByteCount = 1 << 28
}

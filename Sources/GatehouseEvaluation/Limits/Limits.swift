// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The engine's bounds, each of which keeps a hostile or broken document from harming the process it is evaluated in.
package enum Limits {
    /// How many gates or delegates may nest; one more fails the call, as in the reference (0.24).
    package static let nesting = 64

    /// How many evaluations may be under way inside each other, by whatever way they got there.
    ///
    /// The reference has no such bound for config mappings and experiment groups and overflows its stack. This many fit a
    /// stack of 384 KiB (release build, x86-64); the smallest stack a thread commonly gets is 512 KiB.
    package static let recursion = 70

    /// How many gates, configs and mappings one call may evaluate.
    ///
    /// Gates are remembered within a call, so only cycles and graphs of mappings or experiment groups, which take the
    /// reference exponential time, come near.
    package static let evaluations = 10_000

    /// How many conditions one call may evaluate.
    ///
    /// Far beyond what documents ask for, unless they have entities with very many conditions evaluated again and again.
    package static let conditions = 20_000_000

    /// How many gates, configs and mappings a client response may evaluate, which is one call for all its entities.
    ///
    /// What a single call may, and ten for each entity. All its conditions together count as those of a single call.
    package static func responseEvaluations(entityCount: Int) -> Int { 10 * entityCount }

    /// The longest client response, in bytes; one that would be longer is blank.
    ///
    /// Documents of a few megabytes can be made to ask for gigabytes, with gates that have many exposures.
    package static let responseByteCount = 64 << 20

    /// How many secondary exposures one call keeps.
    ///
    /// They repeat along each path through nested gates, so a graph whose gates name the next one twice has 2^depth of
    /// them in the reference; here the list ends.
    package static let secondaryExposures = 1_000

    /// How many exposures of remembered gates one call keeps to repeat them; a few MB.
    package static let rememberedExposures = 100_000

    /// The longest user agent that is parsed, in bytes (Evaluation §14).
    package static let userAgentByteCount = 1_000

    /// How many bytes a user's values may take; what doesn't fit any more counts as absent.
    ///
    /// Far beyond what a request carries, and within the 32 bits that rows of values keep their places in.
    package static let userByteCount = 1 << 28
}

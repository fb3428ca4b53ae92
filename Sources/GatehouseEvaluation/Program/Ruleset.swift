// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled config-spec document, immutable: an evaluation needs only a ruleset, a user and a context.
///
/// Make one from a document's bytes with `Ruleset(document:)` from `GatehouseSpec`. Rulesets may be used from any number
/// of threads at once; evaluating acquires no lock.
public final class Ruleset: Sendable {
    // In memory of its own, so that an evaluation copies an address instead of the tables.
    let tables: ProgramTables
    /// The owner of the memory that the program points into.
    package let source: any RulesetSource
    /// Identifies the ruleset that the index in a handle belongs to.
    ///
    /// A random number, because a later ruleset may get the same address.
    let identity: UInt64
    /// The document's metadata.
    public let metadata: Metadata
    /// The settings for logging exposures; reading them here doesn't copy the metadata's texts.
    package var exposureSettings: ExposureSettings { metadata.exposureSettings }
    /// Tables for client responses, made on first use and shared by all replicas.
    let responseTables: ResponseTables
    /// Counts usage problems, `nil` where none are counted.
    let usage: UsageBoard?
    /// The same for evaluations, which read it without a reference count.
    let unretainedUsage: Unmanaged<UsageBoard>?
    // The original, which owns the tables; `nil` for the original itself.
    private let origin: Ruleset?
    // Separates this object's cache lines from the reference count of the next object on the heap.
    private let padding = CacheLinePadding()

    /// A document's metadata.
    public struct Metadata: Sendable, Equatable {
        /// When the project last changed: ms since 1970.
        public var time: UInt64 = 0
        /// The checksum of the whole document, `nil` when it has none.
        public var checksum: String?
        /// The project's company.
        public var companyID: String?
        /// The environment tier for users without one in a context without one.
        public var defaultEnvironment: String?
        /// The settings for logging exposures.
        package var exposureSettings = ExposureSettings()

        package init() {}
    }

    package init(program: Program, source: any RulesetSource, metadata: Metadata) {
        tables = ProgramTables(program)
        self.source = source
        self.metadata = metadata
        identity = UInt64.random(in: 0 ... .max)
        responseTables = ResponseTables()
        usage = nil
        unretainedUsage = nil
        origin = nil
    }

    private init(replicaOf origin: Ruleset, _ usage: UsageBoard?) {
        tables = origin.tables
        source = origin.source
        metadata = origin.metadata
        identity = origin.identity
        responseTables = origin.responseTables
        self.usage = usage
        unretainedUsage = usage.map { Unmanaged.passUnretained($0) }
        self.origin = origin
    }

    deinit {
        if origin == nil { tables.deallocate() }
    }

    /// Another object for the same tables, whose reference count other threads don't write.
    ///
    /// It accepts the original's handles, and retains the original.
    func replica() -> Ruleset { Ruleset(replicaOf: self, usage) }

    /// The same ruleset, whose evaluations and results report usage problems.
    ///
    /// - Parameter board: Counts the problems.
    /// - Returns: Another object for the same tables.
    package func reporting(to board: UsageBoard) -> Ruleset { Ruleset(replicaOf: self, board) }

    /// The tables that evaluations walk.
    package var program: Program { tables.pointer.pointee }

    /// The bytes of heap memory that the ruleset holds: the document's text and the tables compiled from it.
    ///
    /// A ruleset that was made to replace another one shares most of it with that one.
    public var memoryByteCount: Int { source.memoryByteCount + responseTables.byteCount }
}

/// The owner of the memory that a ruleset's program points into.
package protocol RulesetSource: AnyObject, Sendable {
    /// The bytes of heap memory that it holds.
    var memoryByteCount: Int { get }
}

extension Ruleset {
    private final class NoSource: RulesetSource {
        var memoryByteCount: Int { 0 }
    }

    /// The ruleset of no document: every name is unknown.
    public convenience init() {
        self.init(program: Program(), source: NoSource(), metadata: Metadata())
    }
}

/// The kind of an entity.
///
/// Dynamic configs and experiments share one namespace.
public enum EntityKind: String, Sendable, CaseIterable {
    /// A feature gate, segment or holdout.
    case gate
    /// A dynamic config.
    case dynamicConfig = "dynamic_config"
    /// An experiment or autotune.
    case experiment
    /// A layer.
    case layer
}

extension Ruleset {
    /// The index of an entity among all specs, negative for an unknown name.
    func index(of kind: EntityKind, _ name: Text) -> Int {
        switch kind {
        case .gate: program.gates.index(of: name)
        case .dynamicConfig, .experiment: program.configIndex(program.configs.index(of: name))
        case .layer: program.layerIndex(program.layers.index(of: name))
        }
    }
}

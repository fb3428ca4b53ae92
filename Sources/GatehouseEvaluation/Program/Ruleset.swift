// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A compiled config-spec document: immutable, complete, and all that an evaluation needs beside a user and a context.
///
/// Make one from a document's bytes with `Ruleset(document:)` from `GatehouseSpec`. Rulesets may be used from any number
/// of threads at once; evaluating takes no locks.
public final class Ruleset: Sendable {
    // In memory of its own, so that an evaluation takes an address along instead of a copy.
    let tables: ProgramTables
    /// The owner of the memory that the program points into.
    package let source: any RulesetSource
    /// Tells handles whose indices they hold.
    ///
    /// An address wouldn't do: a later ruleset may get the same.
    let identity: UInt64
    /// What the document says of itself.
    public let metadata: Metadata
    /// How the project wants exposures to be logged: apart from the metadata, whose texts would be copied with it.
    package var exposureSettings: ExposureSettings { metadata.exposureSettings }
    /// What client responses need beside the tables, made when they first do; a replica has the original's.
    let responseTables: ResponseTables
    // What this is a replica of, and owns the tables; `nil` for an original.
    private let origin: Ruleset?
    // Keeps the reference count of whatever comes next on the heap off this object's cache lines.
    private let padding = CacheLinePadding()

    /// What a document says of itself, beside its rules.
    public struct Metadata: Sendable, Equatable {
        /// When the project last changed: ms since 1970.
        public var time: UInt64 = 0
        /// The checksum of the whole document, `nil` when it has none.
        public var checksum: String?
        /// The project's company.
        public var companyID: String?
        /// The environment tier that holds where neither the user nor the context has one.
        public var defaultEnvironment: String?
        /// How the project wants exposures to be logged.
        package var exposureSettings = ExposureSettings()

        package init() {}
    }

    package init(program: Program, source: any RulesetSource, metadata: Metadata) {
        tables = ProgramTables(program)
        self.source = source
        self.metadata = metadata
        identity = UInt64.random(in: 0 ... .max)
        responseTables = ResponseTables()
        origin = nil
    }

    private init(replicaOf origin: Ruleset) {
        tables = origin.tables
        source = origin.source
        metadata = origin.metadata
        identity = origin.identity
        responseTables = origin.responseTables
        self.origin = origin
    }

    deinit {
        if origin == nil { tables.deallocate() }
    }

    /// Another object for the same tables, for one thread to retain without slowing down others.
    ///
    /// It takes handles like the original, and keeps the original alive.
    func replica() -> Ruleset { Ruleset(replicaOf: self) }

    /// The tables that evaluations walk.
    package var program: Program { tables.pointer.pointee }

    /// The bytes of heap memory that the ruleset holds: the document's text and the tables compiled from it.
    ///
    /// Rulesets that replace one another share most of it.
    public var memoryByteCount: Int { source.memoryByteCount + responseTables.byteCount }
}

/// What a ruleset was made from: it owns the memory that the ruleset's program points into.
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

/// What is asked for.
///
/// Dynamic configs and experiments share their names.
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
    /// The index of the entity of a kind and name: among all specs, negative when there is none.
    func index(of kind: EntityKind, _ name: Text) -> Int {
        switch kind {
        case .gate: program.gates.index(of: name)
        case .dynamicConfig, .experiment: program.configIndex(program.configs.index(of: name))
        case .layer: program.layerIndex(program.layers.index(of: name))
        }
    }
}

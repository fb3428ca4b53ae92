// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The tables that an evaluation walks: plain pointers into memory that the ``Ruleset`` owns.
package struct Program: BitwiseCopyable {
    /// The first indices of a spec in the link tables.
    package struct SpecLinks: BitwiseCopyable {
        /// The first of the spec's conditions in ``Program/conditionLinks``.
        package var firstCondition: Int
        /// The first of the spec's rules in ``Program/delegateLinks``.
        package var firstRule: Int

        package init(firstCondition: Int, firstRule: Int) {
            self.firstCondition = firstCondition
            self.firstRule = firstRule
        }
    }

    /// Gates, then dynamic configs, then layers.
    package var specs: UnsafeBufferPointer<UnsafePointer<SpecRow>> = .init()
    package var specLinks: UnsafeBufferPointer<SpecLinks> = .init()
    /// Index of a condition, -1 for one the document doesn't have.
    package var conditionLinks: UnsafeBufferPointer<Int32> = .init()
    /// Index of the spec a rule delegates to, -1 for none.
    package var delegateLinks: UnsafeBufferPointer<Int32> = .init()
    package var conditions: UnsafeBufferPointer<UnsafePointer<ConditionRow>> = .init()
    /// Index of the spec that a gate condition names, -1 for other conditions and unknown gates.
    package var gateLinks: UnsafeBufferPointer<Int32> = .init()

    package var gates = TextTable()
    package var configs = TextTable()
    package var layers = TextTable()
    package var autotunes = TextTable()
    package var autotuneRows: UnsafeBufferPointer<UnsafePointer<AutotuneRow>> = .init()
    package var parameterStores = TextTable()
    package var parameterStoreRows: UnsafeBufferPointer<UnsafePointer<ParameterStoreRow>> = .init()
    package var mappings = TextTable()
    package var mappingRows: UnsafeBufferPointer<UnsafeBufferPointer<MappingRow>> = .init()
    package var overrideRules: UnsafeBufferPointer<RuleRow> = .init()
    package var overrideRuleLinks = SpecLinks(firstCondition: 0, firstRule: 0)
    package var appID = AppID()
    /// The apps of client keys, and those of keys' DJB2 hashes; `nil` where the document has no such map.
    package var clientKeys: ClientKeyRows?
    package var hashedClientKeys: ClientKeyRows?
    package var sessionReplay: UnsafePointer<SessionReplayRow>?
    /// The environment tier where the context has none.
    package var defaultEnvironment = Text.missing
    package var bucketing = Bucketing.sha256

    package init() {}

    /// The hash that buckets are computed from.
    package enum Bucketing: UInt8, BitwiseCopyable {
        case sha256
        /// An extension for projects that share no assignments with a Statsig SDK.
        case xxh3
    }

    /// The index of a config among all specs.
    package func configIndex(_ index: Int) -> Int { index < 0 ? -1 : gates.texts.count + index }

    /// The index of a layer among all specs.
    package func layerIndex(_ index: Int) -> Int { index < 0 ? -1 : gates.texts.count + configs.texts.count + index }
}

/// A ruleset's ``Program`` at a stable address.
struct ProgramTables {
    let pointer: UnsafePointer<Program>

    init(_ program: Program) {
        let memory = UnsafeMutablePointer<Program>.allocate(capacity: 1)
        memory.initialize(to: program)
        pointer = UnsafePointer(memory)
    }

    func deallocate() {
        pointer.deallocate()
    }
}

/// The app that a document's key belongs to, as `target_app` conditions compare it: any JSON.
package struct AppID: BitwiseCopyable {
    private let row: UserValue?
    private let store: ValueStore

    /// No app.
    package init() {
        row = nil
        store = ValueStore()
    }

    /// - Parameters:
    ///   - value: The document's value.
    ///   - region: The memory for its texts.
    package init(_ value: Value, in region: Region) {
        let size = ValueSize.of(value)
        let rows = size / MemoryLayout<UserValue>.stride + 1
        var area = ValueArea(
            region.allocate(UserValue.self, count: rows), byteCount: rows * MemoryLayout<UserValue>.stride)
        row = area.row(value)
        store = area.store
    }

    var view: ValueView { row.map { ValueView($0, in: store) } ?? .none }

    /// The app as JSON, `nil` for no app.
    package var value: Value? { row.flatMap { store.value(of: $0) } }
}

/// The apps that client keys belong to.
package struct ClientKeyRows: BitwiseCopyable {
    /// The keys, or their hashes.
    package var keys: TextTable
    /// In the order of the keys.
    package var apps: UnsafeBufferPointer<AppID>

    package init(keys: TextTable, apps: UnsafeBufferPointer<AppID>) {
        self.keys = keys
        self.apps = apps
    }

    /// The app of a key, `nil` for an unknown one.
    func app(of key: Text) -> AppID? {
        let index = keys.index(of: key)
        return index < 0 ? nil : apps[index]
    }
}

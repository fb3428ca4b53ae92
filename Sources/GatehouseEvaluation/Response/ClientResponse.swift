// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// Evaluates all entities for one user and writes the response that a client starts with (Evaluation §21).
struct ClientResponse: ~Copyable {
    let program: UnsafePointer<Program>
    let options: ClientResponseOptions
    let names: ClientNames
    let compactValues: CompactValues
    let app: ClientApp
    var writer: JSONWriter

    /// The secondary exposures that entities refer to, in the formats that write each once.
    var exposures = Numbering<MappedExposure>()
    /// The values that entities refer to, likewise.
    var values = Numbering<MappedValue>()
    /// A hash of the results that doesn't depend on their order; only computed if it is needed.
    private var fingerprint: UInt64 = 0
    private let isFingerprinted: Bool
    private let start: Int

    /// A value as entities refer to it.
    struct MappedValue: BitwiseCopyable {
        let json: Text
        let isCompact: Bool
    }

    /// A secondary exposure as entities refer to it.
    struct MappedExposure: BitwiseCopyable {
        let exposure: SecondaryExposureRow
        /// The hash by which ``ClientResponseOptions/Format/v2`` refers to it.
        let key: UInt32
        /// Whether its gate's name is hashed.
        let isHashed: Bool
    }

    init(
        _ program: UnsafePointer<Program>, _ options: ClientResponseOptions, names: ClientNames,
        compactValues: CompactValues, app: ClientApp, isFingerprinted: Bool, writer: consuming JSONWriter
    ) {
        self.program = program
        self.options = options
        self.names = names
        self.compactValues = compactValues
        self.app = app
        self.isFingerprinted = isFingerprinted || options.previousResponseHash != nil
        start = writer.bytes.count
        self.writer = writer
    }

    /// Writes the response: a blank one if an evaluation fails or nothing is new.
    ///
    /// - Parameters:
    ///   - time: Gets the fingerprint of the results, 0 if none was asked for; returns the time of the response, `nil` if the
    ///     client has these results.
    ///   - evaluator: The evaluator.
    mutating func write(
        time: (_ fingerprint: UInt64) -> UInt64?, with evaluator: inout Evaluator<NoObserver>
    ) {
        let user = evaluator.lookup.user
        let context = evaluator.context
        evaluator.clientScope = ClientScope(app: app.view, includesLocalOverrides: options.includesLocalOverrides)
        evaluator.remainingEvaluations += Limits.responseEvaluations(entityCount: program.pointee.specs.count)
        guard writeEvaluations(with: &evaluator) else {
            writer.truncate(to: start)
            return writeBlank(user, context)
        }
        if let previous = options.previousResponseHash, options.format == .v1 {
            let hash = String(fingerprint)
            if hash == previous {
                writer.truncate(to: start)
                return writeBlank(nil, context)
            }
            writer.raw(",\"full_checksum\":")
            writer.string(hash)
        }
        guard let time = time(fingerprint) else {
            writer.truncate(to: start)
            return writeBlank(nil, context)
        }
        writer.raw(",\"time\":")
        writer.integer(time)
        writer.raw(",\"has_updates\":true,\"hash_used\":")
        writer.string(options.nameHash.rawValue)
        writer.raw(",\"sdkParams\":{},\"sdkInfo\":")
        writer.value(.object(options.sdkInfo))
        writer.raw(",\"user\":")
        write(user: user, context)
        writer.raw(",\"evaluated_keys\":")
        write(keysOf: user)
        write(privateAttributesOf: user)
        if options.format != .v1 { writeExposures() }
        if options.format == .initV2 { writeValues() }
        writer.raw("}")
    }

    /// The members that depend on evaluations, without the closing brace.
    private mutating func writeEvaluations(with evaluator: inout Evaluator<NoObserver>) -> Bool {
        let gateCount = program.pointee.gates.texts.count
        let configCount = program.pointee.configs.texts.count
        let specCount = program.pointee.specs.count
        writer.raw("{\"feature_gates\":{")
        guard write(.gate, 0..<gateCount, with: &evaluator) else { return false }
        writer.raw("},\"dynamic_configs\":{")
        guard write(.dynamicConfig, gateCount..<(gateCount + configCount), with: &evaluator),
            writeAutotunes(with: &evaluator)
        else { return false }
        writer.raw("},\"layer_configs\":{")
        guard write(.layer, (gateCount + configCount)..<specCount, with: &evaluator) else { return false }
        writer.raw("},\"param_stores\":{")
        writeParameterStores()
        writer.raw("}")
        writeSessionReplay(with: &evaluator)
        return !isTooLong
    }

    private var isTooLong: Bool { writer.bytes.count - start > Limits.responseByteCount }

    // MARK: - Entities

    /// The specs of a section.
    ///
    /// - Returns: `false` when an evaluation fails.
    private mutating func write(
        _ section: EntityKind, _ specs: Range<Int>, with evaluator: inout Evaluator<NoObserver>
    ) -> Bool {
        for index in specs {
            let spec = program.pointee.specs[index]
            let entity = ClientSpecKind(spec.pointee.entity)
            guard entity != .hidden, options.admits(entity, spec.pointee.name), app.sees(spec.pointee.targetAppIDs)
            else { continue }
            let kind = section == .dynamicConfig && entity != .dynamicConfig ? .experiment : section
            var record = Record(firstExposure: 0)
            evaluator.begin()
            guard evaluator.evaluate(kind, spec.pointee.name, at: index, as: .asked, into: &record) != .tooDeep
            else { return false }
            if options.removesDefaultValueGates, entity == .gate, !record.bool, record.ruleID == "default",
                evaluator.exposures.count == 0
            {
                continue
            }
            if options.removesExperimentsInLayers, entity == .experiment, record.isInLayer { continue }
            if section == .dynamicConfig, isReplacedByAutotune(spec.pointee.name) { continue }
            let result = ClientResult(
                name: .spec(index), section: section, entity: entity, record: record,
                exposures: evaluator.exposures.elements)
            guard writeMember(result) else { return false }
        }
        return true
    }

    /// Writes the autotunes that have models as experiments, instead of specs of the same name.
    private mutating func writeAutotunes(with evaluator: inout Evaluator<NoObserver>) -> Bool {
        for index in program.pointee.autotuneRows.indices where isIncluded(autotune: index) {
            let name = program.pointee.autotuneRows[index].pointee.name
            var record = Record(firstExposure: 0)
            evaluator.begin()
            let config = program.pointee.configIndex(program.pointee.configs.index(of: name))
            _ = evaluator.evaluate(.experiment, name, at: config, as: .asked, into: &record)
            if evaluator.isExhausted { return false }
            let result = ClientResult(
                name: .autotune(index), section: .dynamicConfig, entity: .other, record: record,
                exposures: evaluator.exposures.elements)
            guard writeMember(result) else { return false }
        }
        return true
    }

    private func isReplacedByAutotune(_ name: Text) -> Bool {
        if program.pointee.autotunes.isEmpty { return false }
        let index = program.pointee.autotunes.index(of: name)
        return index >= 0 && isIncluded(autotune: index)
    }

    private func isIncluded(autotune index: Int) -> Bool {
        let autotune = program.pointee.autotuneRows[index]
        return options.admits(.experiment, autotune.pointee.name) && app.sees(autotune.pointee.targetAppIDs)
    }

    /// Writes an entity's name and result.
    ///
    /// - Returns: `false` when the response has become too long.
    private mutating func writeMember(_ result: ClientResult) -> Bool {
        beginMember()
        let start = writer.bytes.count
        write(nameOf: result)
        writer.raw(":")
        if options.format == .initV2 { writeShort(result) } else { writeLong(result) }
        note(from: start)
        return !isTooLong
    }

    /// Writes a comma, unless an object's first member follows.
    mutating func beginMember() {
        writer.beginMember()
    }

    /// Adds the bytes written since `start` to the fingerprint.
    mutating func note(from start: Int) {
        guard isFingerprinted else { return }
        // A sum, so that the order in the document doesn't count.
        fingerprint &+= XXH3.hash(writer.bytes.span.extracting(start...))
    }
}

extension Evaluator {
    /// Prepares for the next entity of a response; results of gates stay remembered.
    mutating func begin() {
        exposures.truncate(to: 0)
        nesting = 0
        recursion = 0
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

extension Ruleset {
    /// Writes the response that a web or mobile client starts with instead of a request of its own: all entities, evaluated
    /// for a user.
    ///
    /// The response is one JSON object. It is blank, with `has_updates` false, when an entity can't be decided (its gates
    /// lead back to themselves, for example), or when the client has the same one already
    /// (``ClientResponseOptions/previousResponseHash``). It logs no exposures: the client does. See
    /// <doc:ClientResponses>.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - context: Time, chance, environment, ID lists and overrides.
    ///   - options: What the response contains and how it is written.
    ///   - bytes: The array that the response is appended to, within its capacity where that suffices.
    public func clientInitializeResponse(
        for user: User, in context: EvaluationContext, options: ClientResponseOptions = ClientResponseOptions(),
        into bytes: inout [UInt8]
    ) {
        write(user, context, options, isFingerprinted: false, into: &bytes) { _ in metadata.time }
    }

    /// The response with a time that depends on its answers.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - context: Time, chance, environment, ID lists and overrides.
    ///   - options: What the response contains and how it is written.
    ///   - time: Gets a hash of the answers, and returns the time of the response, `nil` if the client has these answers. It
    ///     isn't called when the response is blank for another reason.
    /// - Returns: UTF-8.
    package func clientInitializeResponse(
        for user: User, in context: EvaluationContext, options: ClientResponseOptions,
        time: (_ answers: UInt64) -> UInt64?
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        write(user, context, options, isFingerprinted: true, into: &bytes, time: time)
        return bytes
    }

    private func write(
        _ user: User, _ context: EvaluationContext, _ options: ClientResponseOptions, isFingerprinted: Bool,
        into bytes: inout [UInt8], time: (_ answers: UInt64) -> UInt64?
    ) {
        // Moved out and back, so that the writer has the only reference to the bytes and appends in place.
        var moved: [UInt8] = []
        swap(&moved, &bytes)
        let names = responseTables.names(options.nameHash, of: program)
        let values = responseTables.compactValues(of: program)
        var writer = Optional(JSONWriter(continuing: moved))
        moved = []
        bytes = (options.targetAppID ?? "").withTextBytes { target in
            run(user, context, collectsExposures: true, observer: NoObserver()) { evaluator in
                var response = ClientResponse(
                    tables.pointer, options, names: ClientNames(options.nameHash, tables.pointer, names),
                    compactValues: values,
                    app: ClientApp(options, target: target, tables.pointer), isFingerprinted: isFingerprinted,
                    writer: writer.take() ?? JSONWriter())
                response.write(time: time, with: &evaluator)
                return response.writer.bytes
            }
        }
    }

    /// The response that a web or mobile client starts with instead of a request of its own, as one JSON object.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - context: Time, chance, environment, ID lists and overrides.
    ///   - options: What the response contains and how it is written.
    /// - Returns: UTF-8.
    public func clientInitializeResponse(
        for user: User, in context: EvaluationContext, options: ClientResponseOptions = ClientResponseOptions()
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        clientInitializeResponse(for: user, in: context, options: options, into: &bytes)
        return bytes
    }
}

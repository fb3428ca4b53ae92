// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// Requests of the Console API, or a document, that fill a project before a console serves it.
///
/// Each request is applied once for a data file, however often the console starts with it: what people change later stays.
struct Seed {
    /// A request, or a document to import.
    struct Step {
        let method: HTTPRequest.Method
        let path: String
        let body: [UInt8]
        /// The position in messages, `nil` for a seed of one document.
        let line: Int?
        /// Tells steps apart; the same request twice in a seed is two steps.
        let digest: String
    }

    let steps: [Step]

    private static let root = "/console/v1/"
    private static let members = ["method", "path", "body"]
    private static let methods: [HTTPRequest.Method] = [.post, .put, .patch, .delete]

    /// Reads a seed: a config-spec document, or a JSON object with `method`, `path` and `body` per line.
    ///
    /// - Parameters:
    ///   - bytes: The seed.
    ///   - name: Its name in messages.
    /// - Throws: ``SeedError`` for the first line that isn't a request.
    init(_ bytes: [UInt8], name: String) throws(SeedError) {
        if let value = JSON.value(bytes), value.object?["method"] == nil {
            guard value.object != nil else { throw SeedError(name, nil, "is neither a document nor requests") }
            let digest = Digest.hexadecimal(of: JSON.bytes(value))
            steps = [Step(method: .post, path: "\(Seed.root)import", body: bytes, line: nil, digest: digest)]
            return
        }
        var steps: [Step] = []
        var counts: [String: Int] = [:]
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let isBlank = line.allSatisfy { [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains($0) }
            if isBlank { continue }
            let number = index + 1
            guard let request = JSON.value(Array(line))?.object else {
                throw SeedError(name, number, "isn't a JSON object with method, path and body")
            }
            if let unknown = request.first(where: { !Seed.members.contains($0.name) })?.name {
                throw SeedError(name, number, "\(unknown) is unknown; the members are method, path and body")
            }
            guard let method = Seed.methods.first(where: { $0.rawValue == request["method"]?.string }) else {
                throw SeedError(name, number, "method must be one of: POST, PUT, PATCH, DELETE")
            }
            guard let path = request["path"]?.string, path.hasPrefix(Seed.root) else {
                throw SeedError(name, number, "path must begin with \(Seed.root)")
            }
            let digest = Digest.hexadecimal(of: JSON.bytes(.object(request)))
            counts[digest, default: 0] += 1
            steps.append(
                Step(
                    method: method, path: path, body: request["body"].map(JSON.bytes) ?? [], line: number,
                    digest: "\(digest)-\(counts[digest] ?? 1)"))
        }
        self.steps = steps
    }
}

/// Why a seed can't be applied.
public struct SeedError: Error, Sendable, CustomStringConvertible {
    /// The error, with the file and the line.
    public let description: String

    init(_ name: String, _ line: Int?, _ reason: String) {
        description = line.map { "\(name):\($0): \(reason)" } ?? "\(name): \(reason)"
    }
}

extension Operation {
    /// The parameters of a path that is this operation's, `nil` for another path.
    func parameters(in path: String) -> Parameters? {
        let segments = path.split(separator: "/")
        let names = self.path.split(separator: "/")
        guard segments.count == names.count else { return nil }
        var parameters = Parameters()
        for (name, segment) in zip(names, segments) {
            if name.hasPrefix("{") {
                parameters[name.dropFirst().dropLast()] = segment
            } else if name != segment {
                return nil
            }
        }
        return parameters
    }
}

extension Console {
    /// Applies the steps of a seed that this console's data hasn't had yet.
    ///
    /// The audit log names the process as the author. The rate limits don't count.
    ///
    /// - Parameters:
    ///   - bytes: A config-spec document, or a request of the Console API per line: a JSON object with `method`, `path` and
    ///     `body`. Requests about keys are refused: their secrets would be lost.
    ///   - name: The name of the seed in messages.
    /// - Returns: The number of steps that were applied, and the number of all steps.
    /// - Throws: ``SeedError`` for the first step that can't be applied; the steps before it stay.
    public func apply(seed bytes: [UInt8], named name: String) async throws -> (applied: Int, total: Int) {
        let steps = try Seed(bytes, name: name).steps
        let done = try await storage.read { db in try SeedRecord.digests(db) }
        var applied = 0
        for step in steps where !done.contains(step.digest) {
            try await apply(step, name)
            let record = SeedRecord(digest: step.digest, time: options.clock())
            try await storage.write { db in try record.store(in: db) }
            applied += 1
        }
        return (applied, steps.count)
    }

    private func apply(_ step: Seed.Step, _ name: String) async throws {
        let path = step.path
        let candidates = operations.filter { $0.method == step.method && $0.permission == .changeProject }
        // A path without parameters comes before one with them, as in the router.
        let found = candidates.compactMap { operation in operation.parameters(in: path).map { (operation, $0) } }
            .min { $0.1.count < $1.1.count }
        guard let (operation, parameters) = found else {
            throw SeedError(name, step.line, "\(step.method.rawValue) \(path) isn't a change of a project")
        }
        let request = Request(
            head: HTTPRequest(
                method: step.method, scheme: "http", authority: "localhost", path: path,
                headerFields: [.contentType: "application/json"]),
            body: RequestBody(buffer: ByteBuffer(bytes: step.body)))
        let caller = Caller(
            key: nil, view: .everything, parameters: parameters, logger: options.logger, origin: "http://localhost",
            address: nil)
        do {
            _ = try await operation.handle(request, caller)
        } catch let error as APIError {
            throw SeedError(name, step.line, Console.text(of: error, step))
        } catch let error as DomainError {
            throw SeedError(name, step.line, Console.text(of: APIError(error), step))
        }
    }

    private static func text(of error: APIError, _ step: Seed.Step) -> String {
        let details = error.errors.isEmpty ? error.message : error.errors.map(\.message).joined(separator: "; ")
        return "\(step.method.rawValue) \(step.path): \(error.status.code) \(details)"
    }
}

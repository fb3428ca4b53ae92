// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// The program `openssl`, as the other end of a TLS connection.
public enum OpenSSL {
    /// Why the program can't be used.
    public struct Failure: Error {}

    /// Files in PEM, in a folder that is gone with the last reference.
    public final class Files: Sendable {
        private let folder: URL

        fileprivate init() throws {
            folder = FileManager.default.temporaryDirectory.appending(path: "gatehouse-tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        /// The path of the certificate.
        public var certificate: String { folder.appending(path: "certificate.pem").path }
        /// The path of its private key.
        public var key: String { folder.appending(path: "key.pem").path }
    }

    /// Whether the program is in PATH.
    public static let isThere = (try? run(["version"]).status) == 0

    /// TLS versions before 1.2 are possible at this level of security only.
    private static let anyVersion = ["-cipher", "DEFAULT@SECLEVEL=0"]

    /// Makes a certificate for 127.0.0.1, signed by itself.
    ///
    /// - Returns: The files of the certificate.
    /// - Throws: ``Failure`` when the program fails.
    public static func certificate() throws -> Files {
        let files = try Files()
        let arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ]
        guard try run(arguments + ["-keyout", files.key, "-out", files.certificate]).status == 0 else {
            throw Failure()
        }
        return files
    }

    /// Connects, and ends the connection after the handshake.
    ///
    /// - Parameters:
    ///   - address: The host and the port of a server.
    ///   - version: The only version to offer, for example `-tls1_1`.
    /// - Returns: The exit code, 0 after a handshake, and what the program has written.
    /// - Throws: When the program can't be run.
    public static func connect(_ address: String, _ version: String) throws -> (status: Int32, text: String) {
        try run(["s_client", "-connect", address, version] + anyVersion)
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// An HTTPS server of one version of TLS, which ends with the last reference.
    public final class Server: Sendable {
        private let process = Process()
        private let output = Pipe()
        private let text = Mutex("")

        /// Starts a server at a free port of this machine.
        ///
        /// - Parameters:
        ///   - files: Its certificate.
        ///   - version: The only version that it takes, for example `-tls1_1`.
        /// - Throws: When the program can't be run.
        public init(_ files: Files, version: String) throws {
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments =
                [
                    "openssl", "s_server", "-www", "-accept", "127.0.0.1:0", "-cert", files.certificate, "-key",
                    files.key,
                    version,
                ] + OpenSSL.anyVersion
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            output.fileHandleForReading.readabilityHandler = { [weak self] handle in
                let data = handle.availableData
                if data.isEmpty { handle.readabilityHandler = nil }
                self?.text.withLock { $0 += String(decoding: data, as: UTF8.self) }
            }
            try process.run()
        }

        deinit { process.terminate() }

        /// The host and the port of the server.
        ///
        /// - Returns: The address, for example `127.0.0.1:4433`.
        /// - Throws: ``Failure`` when the server doesn't listen within ten seconds.
        public func address() async throws -> String {
            for _ in 0..<500 {
                let address = text.withLock { $0.firstMatch(of: /ACCEPT ([0-9.:]+)\n/).map { String($0.1) } }
                if let address { return address }
                try await Task.sleep(for: .milliseconds(20))
            }
            throw Failure()
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Gatehouse
import NIOSSL
import TestServers
import Testing

/// A forward proxy of a test's own, tinyproxy, with a log of the connections that it makes.
final class ForwardProxy {
    /// In continuous integration the tests run, and fail without the programs.
    static var isAvailable: Bool {
        GuardedProcess.isRequired || (GuardedProcess.path(of: "tinyproxy") != nil && PrivateAuthority.isAvailable)
    }
    static let skipComment: Comment = "tinyproxy or openssl isn't installed; scripts/setup.sh --checks does that"

    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private let reserved: ReservedPort
    private let folder: TemporaryFolder
    private let process: GuardedProcess

    var port: Int { reserved.number }

    /// Starts a proxy and waits until it listens.
    ///
    /// - Parameter credentials: The user and the password that it wants, `nil` for none.
    /// - Throws: An error if there is no tinyproxy, or it doesn't start.
    init(credentials: (user: String, password: String)? = nil) async throws {
        guard let path = GuardedProcess.path(of: "tinyproxy") else {
            throw Missing(description: "tinyproxy is missing")
        }
        let reserved = try ReservedPort()
        let folder = try TemporaryFolder()
        var configuration = """
            Port \(reserved.number)
            Listen 127.0.0.1
            Timeout 60
            MaxClients 50
            LogFile "\(folder.path("log"))"
            LogLevel Info

            """
        if let credentials { configuration += "BasicAuth \(credentials.user) \(credentials.password)\n" }
        try folder.put(Array(configuration.utf8), "configuration")
        let proxy = Process()
        proxy.executableURL = path
        proxy.arguments = ["-d", "-c", folder.path("configuration")]
        let process = try GuardedProcess(proxy)
        (self.reserved, self.folder, self.process) = (reserved, folder, process)
        try await waitUntil("tinyproxy listens", within: .seconds(60)) {
            guard process.ended.current == nil else { throw Missing(description: "tinyproxy has ended: \(log)") }
            return (try? BareSocket(reserved.url)) != nil
        }
    }

    deinit { process.kill() }

    private var log: String { (try? folder.bytes("log")).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// The lines of the log about requests, such as `CONNECT example.com:443 HTTP/1.1`.
    var requests: [String] {
        log.split(separator: "\n").compactMap { line in
            line.range(of: "Request (file descriptor").flatMap { range in
                line[range.upperBound...].range(of: "): ").map { String(line[$0.upperBound...]) }
            }
        }
    }

    /// The name of this machine, which isn't known as the machine itself; `nil` if it has no address.
    static var machineName: String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        var addresses: UnsafeMutablePointer<addrinfo>?
        defer { if let addresses { freeaddrinfo(addresses) } }
        return text != "localhost" && getaddrinfo(text, nil, nil, &addresses) == 0 ? text : nil
    }
}

/// An authority of a test's own, made with openssl, that signs certificates of servers.
struct PrivateAuthority {
    static var isAvailable: Bool { GuardedProcess.path(of: "openssl") != nil }

    private struct Failed: Error {
        let arguments: [String]
    }

    private let folder: TemporaryFolder

    /// The certificate of the authority in PEM.
    var file: String { folder.path("authority.pem") }

    init() throws {
        folder = try TemporaryFolder()
        try openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder.path("authority.key"), "-out", file,
            "-subj", "/CN=Gatehouse test authority", "-days", "2")
    }

    /// TLS of a server of these names.
    func server(_ names: String..., expired: Bool = false) throws -> NIOSSLContext {
        let id = UUID().uuidString
        let (key, request, certificate) = (folder.path("\(id).key"), folder.path("\(id).csr"), folder.path("\(id).pem"))
        let alternatives = names.map { $0.first?.isNumber == true ? "IP:\($0)" : "DNS:\($0)" }
        try folder.put(Array("subjectAltName=\(alternatives.joined(separator: ","))\n".utf8), "\(id).ext")
        try openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj",
            "/CN=Gatehouse test server")
        try openssl(
            "x509", "-req", "-in", request, "-CA", file, "-CAkey", folder.path("authority.key"), "-CAcreateserial",
            "-out", certificate, "-days", expired ? "-1" : "2", "-extfile", folder.path("\(id).ext"))
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem))))
    }

    private func openssl(_ arguments: String...) throws {
        guard let path = GuardedProcess.path(of: "openssl") else { throw Failed(arguments: arguments) }
        let process = Process()
        process.executableURL = path
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(arguments: arguments) }
    }
}

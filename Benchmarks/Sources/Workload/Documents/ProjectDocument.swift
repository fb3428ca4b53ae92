// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// A config-spec document of a project that doesn't exist: as large as asked for, and the same bytes every time.
///
/// Kinds of entities, the number of their rules, how often conditions are shared, and how sizes of values spread are
/// modelled on what projects really have; names and values are made up.
public struct ProjectDocument: Sendable {
    /// The sizes that are measured.
    public enum Size: String, CaseIterable, Sendable {
        /// 0.4 MB, some two hundred entities.
        case small = "0_4MB"
        /// 10 MB.
        case medium = "10MB"
        /// 50 MB.
        case large = "50MB"

        /// The size in bytes.
        public var byteCount: Int {
            switch self {
            case .small: 400_000
            case .medium: 10_000_000
            case .large: 50_000_000
            }
        }
    }

    /// By which hash users are distributed.
    public enum Bucketing: String, Sendable {
        /// As everywhere.
        case sha256
        /// As in documents that declare it.
        case xxh3
    }

    /// The document: JSON in UTF-8.
    public let bytes: [UInt8]

    /// Makes a document.
    ///
    /// Two editions of a document differ in its time, its checksum and the percentage of the gate `gate_changing`, like a
    /// project between two changes.
    ///
    /// - Parameters:
    ///   - byteCount: Its size in bytes, from 60,000 on; it is met within 3 %.
    ///   - edition: Which one, from 0 on.
    ///   - bucketing: By which hash it distributes users.
    public init(byteCount: Int, edition: Int = 0, bucketing: Bucketing = .sha256) {
        var writer = ProjectWriter(edition: edition)
        writer.fill(upTo: byteCount)
        bytes = writer.sections.document(
            time: 1_760_000_000_000 + edition * 60_000, checksum: "benchmark\(1_000_000 + edition)",
            bucketing: bucketing)
    }

    /// Makes a document of a measured size.
    ///
    /// - Parameters:
    ///   - size: Its size.
    ///   - edition: Which one, from 0 on.
    public init(_ size: Size, edition: Int = 0) { self.init(byteCount: size.byteCount, edition: edition) }
}

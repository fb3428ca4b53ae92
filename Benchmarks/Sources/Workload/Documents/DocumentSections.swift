// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

/// The members of a document's objects, collected one by one.
struct DocumentSections {
    var gates = Members()
    var configs = Members()
    var layers = Members()
    var layerOfExperiment = Members()
    private var conditions = Members()
    private var conditionCount: UInt32 = 0

    /// Members of a JSON object as text.
    struct Members {
        fileprivate var text = ""

        mutating func add(_ name: String, _ value: String) {
            if !text.isEmpty { text += "," }
            text += "\"\(name)\":\(value)"
        }
    }

    /// Adds a condition and says its id, which no other condition has.
    mutating func condition(_ text: String) -> String {
        conditionCount += 1
        // Multiplying by an odd number hits no value twice, and gives ids of the usual length in no order.
        let id = String(conditionCount &* 2_654_435_761)
        conditions.add(id, text)
        return id
    }

    /// The size of what has been collected, in bytes.
    var byteCount: Int {
        [gates, configs, layers, layerOfExperiment, conditions].reduce(0) { $0 + $1.text.utf8.count }
    }

    /// The document.
    ///
    /// - Parameters:
    ///   - time: ms since 1970.
    ///   - checksum: The checksum it claims to have.
    ///   - bucketing: What users are distributed by.
    /// - Returns: The document's bytes.
    func document(time: Int, checksum: String, bucketing: ProjectDocument.Bucketing = .sha256) -> [UInt8] {
        let head = "{\"dynamic_configs\":{\(configs.text)},\"feature_gates\":{\(gates.text)},"
        let layers = "\"experiment_to_layer\":{\(layerOfExperiment.text)},\"layer_configs\":{\(layers.text)},"
        let middle = "\"has_updates\":true,\"time\":\(time),\"company_id\":\"benchmarks\","
        // Only the other way is ever named.
        let hash = bucketing == .sha256 ? "" : "\"bucketing\":\"\(bucketing.rawValue)\","
        let tail =
            "\"condition_map\":{\(conditions.text)},\(hash)\"response_format\":\"dcs-v2\",\"checksum\":\"\(checksum)\"}"
        let parts = [head, layers, middle, tail]
        var bytes: [UInt8] = []
        // No more than that: an array that is kept keeps its capacity.
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.utf8.count })
        for part in parts { bytes += part.utf8 }
        return bytes
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// A dynamic config: an object of values, which rules choose.
struct DynamicConfig: TypedResource {
    enum Status: String, JSONRepresentable {
        case enabled = "Enabled"
        case disabled = "Disabled"
        case archived = "Archived"
    }

    struct Members: Sendable {
        let status = Member<Status>("status", default: .enabled)
        let isEnabled = Member<Bool>("isEnabled", default: false)
        let defaultValue = Member<Value>("defaultValue", default: [:])
        let defaultValueJSON5 = Member<String?>("defaultValueJson5")
        let schema = Member<String?>("schema")
        let schemaJSON5 = Member<String?>("schemaJson5")
        /// The owner that a request names, `nil` for the creator.
        let owner = Member<Object?>("owner")
    }
    static let type = ResourceType.dynamicConfigs
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }
}

/// An autotune: variants that share users, until one of them is shipped.
struct Autotune: TypedResource {
    struct Variant: Record {
        struct Members: Sendable {
            let id = Member<String>("id", default: "")
            let name = Member<String>("name", default: "")
            let value = Member<Value>("json", default: [:])
            /// In percent; `nil` for equal shares.
            let size = Member<Double?>("size")
        }
        static let members = Members()
        var object: Object

        init(_ object: Object) { self.object = object }
    }

    struct Members: Sendable {
        let variants = Member<[Variant]>("variants", default: [])
        let isStarted = Member<Bool>("isStarted", default: false)
        let launchedVariantID = Member<String?>("launchedVariantID", absent: .null)
        let startTime = Member<Int64?>("startTime", absent: .null)
        let endTime = Member<Int64?>("endTime", absent: .null)
        let decisionReason = Member<String?>("decisionReason", absent: .null)
        /// In ms since 1970, until the start.
        let scheduledStartTime = Member<Int64?>("scheduledStartTime")
    }
    static let type = ResourceType.autotunes
    static let members = Members()
    var resource: Resource

    init(_ resource: Resource) { self.resource = resource }

    /// A variant by ID or by name.
    func variant(_ name: String) -> Variant? {
        let variants = self.variants
        return variants.first { $0.id == name } ?? variants.first { $0.name == name }
    }
}

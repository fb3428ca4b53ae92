// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation

/// An authored resource of any type, with the members that all types have.
///
/// ``Gate``, ``Experiment`` and the other types that conform to ``TypedResource`` add the members of one type.
@dynamicMemberLookup
struct Resource: Sendable, Equatable {
    struct Members: Sendable {
        let name = Member<String>("name", default: "")
        let idType = Member<String>("idType", default: "")
        let salt = Member<String>("salt", default: "")
        let createdTime = Member<Int64>("createdTime", default: 0)
        let creatorID = Member<String?>("creatorID", absent: .null)
        let creatorName = Member<String>("creatorName", default: "")
        let creatorEmail = Member<String?>("creatorEmail", absent: .null)
        let lastModifiedTime = Member<Int64>("lastModifiedTime", default: 0)
        let lastModifierID = Member<String?>("lastModifierID", absent: .null)
        let lastModifierName = Member<String>("lastModifierName", default: "")
        let lastModifierEmail = Member<String?>("lastModifierEmail", absent: .null)
        let targetApps = Member<TargetAppNames>("targetApps", default: TargetAppNames(names: []))
        /// The status as text; each type has an enumeration of its own.
        let statusText = Member<String>("status", default: "")
        /// The status to go back to when the resource is unarchived.
        let statusBefore = Member<Value?>("statusBefore")
        let archiveReason = Member<Value?>("archiveReason")
        let unarchiveReason = Member<Value?>("unarchiveReason")
        /// Whether the resource was imported with parts that no type describes.
        let isVerbatim = Member<Bool>("isVerbatim", default: false)
        /// The imported spec of a resource that is served as it came.
        let verbatim = Member<Value?>("verbatim")
        /// Members of the imported spec that no type describes.
        let extras = Member<Object>("extras", default: [:])
        /// The gate that users pass first, empty for none.
        let targetingGateID = Member<String>("targetingGateID", default: "")
        let rules = Member<[Rule]>("rules", default: [])
        /// The overrides of gates and holdouts; experiments have others by this name.
        let unitOverrides = Member<[UnitOverride]>("overrides", default: [])
    }
    static let members = Members()

    /// The members of all types that have overrides; requests read and write them apart from the others.
    static let overrideMembers = [members.unitOverrides.name, Experiment.members.idOverrides.name]

    /// The status of an archived resource; gates and dynamic configs write it with a capital.
    private static let archived = ["archived", "Archived"]

    let type: ResourceType
    let id: String
    var object: Object
    /// Counts the changes.
    var version: Int64 = 0
    /// Greater than the revision of anything that was changed before; 0 until the resource is stored.
    var revision: Int64 = 0

    init(_ type: ResourceType, id: String, _ object: Object, version: Int64 = 0) {
        self.type = type
        self.id = id
        self.object = object
        self.version = version
    }

    subscript<T>(dynamicMember path: KeyPath<Members, Member<T>>) -> T {
        get { Resource.members[keyPath: path].value(in: object) }
        set { Resource.members[keyPath: path].set(newValue, in: &object) }
    }

    var isArchived: Bool { Resource.archived.contains(self.statusText) }
}

/// A resource of one type, with the members of that type.
@dynamicMemberLookup
protocol TypedResource: Sendable, Equatable {
    associatedtype Members: Sendable
    static var type: ResourceType { get }
    static var members: Members { get }
    var resource: Resource { get set }
    /// Gives a resource of the type its members.
    init(_ resource: Resource)
}

extension TypedResource {
    subscript<T>(dynamicMember path: KeyPath<Members, Member<T>>) -> T {
        get { Self.members[keyPath: path].value(in: resource.object) }
        set { Self.members[keyPath: path].set(newValue, in: &resource.object) }
    }

    subscript<T>(dynamicMember path: KeyPath<Resource.Members, Member<T>>) -> T {
        get { resource[dynamicMember: path] }
        set { resource[dynamicMember: path] = newValue }
    }

    /// A member as it stands in the object, for comparing and carrying over.
    subscript<T>(raw path: KeyPath<Members, Member<T>>) -> Value? {
        get { resource.object[Self.members[keyPath: path].name] }
        set { resource.object[Self.members[keyPath: path].name] = newValue }
    }

    /// Reads the members of a request, which has no ID of its own.
    init(request: Object) { self.init(Resource(Self.type, id: "", request)) }

    var id: String { resource.id }
    var isArchived: Bool { resource.isArchived }
    var version: Int64 { resource.version }
    var revision: Int64 { resource.revision }
}

/// The target apps of a resource: a list of names, or one name.
struct TargetAppNames: JSONRepresentable, Equatable {
    var names: [String]

    init(names: [String]) { self.names = names }

    init?(json: Value) {
        guard let names = json.string.map({ [$0] }) ?? [String](json: json) else { return nil }
        self.names = names
    }

    var json: Value { .strings(names) }
}

/// The type of a resource, by its path in the Console API.
enum ResourceType: String, CaseIterable, Sendable {
    case gates
    case dynamicConfigs = "dynamic_configs"
    case experiments
    case layers
    case segments
    case holdouts
    case autotunes
    case paramStores = "param_stores"
    case targetApps = "target_app"
    case unitIDTypes = "unit_id_types"
    case environments
    case tags
    case teams
    case users

    /// The types that share the names of one section of a document, this one included.
    var sharingNames: [ResourceType] {
        switch self {
        case .gates, .holdouts: [.gates, .holdouts]
        case .dynamicConfigs, .experiments, .autotunes: [.dynamicConfigs, .experiments, .autotunes]
        default: [self]
        }
    }
}

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints that each type of resources has.
struct ResourceEndpoints: Sendable {
    enum Method { case list, create, read, fullUpdate, partialUpdate, delete, versions }

    var methods: Set<Method> = [.list, .create, .read, .fullUpdate, .partialUpdate, .delete, .versions]
    /// The status of the response to a creation.
    var createdStatus = 201
    var actions: [ResourceAction] = []

    static func of(_ type: ResourceType) -> ResourceEndpoints {
        switch type {
        case .gates: ResourceEndpoints(actions: GateActions.all)
        case .dynamicConfigs: ResourceEndpoints(actions: DynamicConfigActions.all)
        case .experiments: ResourceEndpoints(actions: ExperimentActions.all)
        case .layers: ResourceEndpoints(actions: LayerActions.all)
        case .segments:
            ResourceEndpoints(methods: [.list, .create, .read, .delete, .versions], actions: SegmentActions.all)
        case .holdouts:
            ResourceEndpoints(
                createdStatus: 200,
                actions: OverrideActions.make(noun: "Holdout", status: 200)
                    + ArchiveActions.make(
                        noun: "Holdout",
                        .init(archiveAction: Holdout.changeAction, unarchiveAction: Holdout.changeAction)))
        case .autotunes: ResourceEndpoints(actions: AutotuneActions.all)
        case .paramStores: ResourceEndpoints(createdStatus: 200)
        case .targetApps, .tags:
            ResourceEndpoints(methods: [.list, .create, .read, .partialUpdate, .delete], createdStatus: 200)
        case .unitIDTypes:
            ResourceEndpoints(methods: [.list, .create, .read, .fullUpdate, .partialUpdate, .delete])
        // They are read and written as one list, by routes of their own.
        case .environments: ResourceEndpoints(methods: [])
        case .teams:
            ResourceEndpoints(
                methods: [.list, .create, .read, .fullUpdate, .partialUpdate, .delete], createdStatus: 200)
        case .users: ResourceEndpoints(methods: [.list, .read, .partialUpdate])
        }
    }
}

/// The endpoints of gates.
enum GateActions {
    static let all: [ResourceAction] =
        [
            state("enable", "Let its rules decide.", isEnabled: true, .inProgress),
            state("disable", "Make it false for everyone.", isEnabled: false, .disabled),
            state("launch", "Make it true for everyone.", isEnabled: false, .launched),
        ] + ArchiveActions.make(noun: "Gate", .init(archived: Gate.Status.archived.json))
        + RuleActions.make(noun: "Gate", rule: MemberSchemas.gateRule, single: "rules", byName: false)
        + OverrideActions.make(noun: "Gate")
        + references([("gate", .gates), ("experiment", .experiments), ("dynamic_config", .dynamicConfigs)])

    private static func state(
        _ verb: String, _ summary: String, isEnabled: Bool, _ status: Gate.Status
    ) -> ResourceAction {
        .change(
            Gate.self, .put, "/\(verb)", "\(verb)Gate", summary, message: "Gate updated successfully.",
            audit: "config_state_toggle"
        ) { (gate, _, _) throws(DomainError) in
            gate.isEnabled = isEnabled
            gate.status = status
        }
    }

    private static func references(_ kinds: [(name: String, type: ResourceType)]) -> [ResourceAction] {
        kinds.map { name, type in
            .read(
                "/\(name)_references", "listGateReferencesBy\(name.capitalizedWords)", "List what asks the gate.",
                message: "References listed successfully."
            ) { project, resource, _ in
                .objects(
                    References.users(of: resource, project, in: [type]).map {
                        ResourceDescription.of(type).view($0, project)
                    })
            }
        }
    }
}

/// The endpoints of dynamic configs.
enum DynamicConfigActions {
    static let all: [ResourceAction] =
        [("enable", "Let its rules decide.", true), ("disable", "Give everyone its default value.", false)]
        .map { verb, summary, isEnabled in
            .change(
                .put, "/\(verb)", "\(verb)DynamicConfig", summary, message: "Dynamic Config updated successfully."
            ) { (draft, resource, _) throws(DomainError) in
                try ResourceUpdate.update(
                    resource, [DynamicConfig.members.isEnabled.name: .bool(isEnabled)], isFull: false,
                    .dynamicConfigs, &draft)
                return nil
            }
        } + ArchiveActions.make(noun: "DynamicConfig", .init(archived: DynamicConfig.Status.archived.json))
        + RuleActions.make(noun: "DynamicConfig", rule: MemberSchemas.configRule, single: "rule", byName: true)
}

/// The endpoints of autotunes.
enum AutotuneActions {
    private static let variantID = Member<String>("id", default: "")
    private static let decisionReason = Member<String>("decisionReason", default: "")

    static let all: [ResourceAction] = [
        transition("start", "Share the variants out.") { (autotune, _, draft) throws(DomainError) in
            AutotuneTransitions.start(&autotune, draft)
        },
        StartScheduleAction.make(noun: "Autotune", audit: AutotuneTransitions.changeAction),
        transition("reset", "Begin anew, with other users for each variant.") {
            (autotune, _, _) throws(DomainError) in AutotuneTransitions.reset(&autotune)
        },
        transition(
            "make_decision", "Ship a variant.",
            body: Schemas.object(
                [variantID.name: Schemas.string, decisionReason.name: Schemas.string],
                required: [variantID.name, decisionReason.name])
        ) { (autotune, body, draft) throws(DomainError) in
            try AutotuneTransitions.decide(
                &autotune, for: variantID.value(in: body), decisionReason.value(in: body), draft)
        },
    ]

    private static func transition(
        _ path: String, _ summary: String, body: Value? = nil,
        _ change: @escaping @Sendable (inout Autotune, Object, Draft) throws(DomainError) -> Void
    ) -> ResourceAction {
        .change(
            .put, "/\(path)", "\(path)Autotune", summary, message: "Autotune updated successfully.", body: body
        ) { (draft, resource, request) throws(DomainError) in
            var changed = Autotune(resource)
            try change(&changed, request.object, draft)
            draft.put(changed, AutotuneTransitions.changeAction)
            return nil
        }
    }
}

/// The endpoints of segments.
enum SegmentActions {
    private static let version = Member<Int64?>("version")

    static let all: [ResourceAction] =
        [
            .change(
                .post, "/conditional", "replaceSegmentRules", "Replace the rules.",
                message: "Segment updated successfully.", status: 201,
                body: MemberSchemas.rules(MemberSchemas.segmentRule)
            ) { (draft, resource, request) throws(DomainError) in
                guard Segment(resource).kind == .ruleBased else { throw .segmentType(needed: .ruleBased) }
                try ResourceUpdate.setRules([Rule](json: request.body) ?? [], of: resource, &draft)
                return nil
            },
            .read("/id_list", "readSegmentIDs", "Read the IDs.", message: "ID list read successfully.") {
                (_, resource, _) throws(DomainError) in
                let segment = Segment(resource)
                try SegmentIDs.check(segment)
                let ids = segment.ids
                return ["name": .string(segment.id), "count": .integer(Int64(ids.count)), "ids": ids.json]
            },
            .read(
                "/idlist_metadata", "readSegmentIDsMetadata", "Read which version the IDs have.",
                message: "ID list metadata read successfully."
            ) { (_, resource, _) throws(DomainError) in
                try SegmentIDs.check(Segment(resource))
                return ["currentVersion": .integer(resource.version), "isUpdating": false]
            },
            change(.patch, "/id_list", "addSegmentIDs", "Add IDs.", most: 100_000, .add),
            change(.delete, "/id_list", "deleteSegmentIDs", "Remove IDs.", most: 100_000, .remove),
            change(.patch, "/add_ids", "addUserStoreIDs", "Add IDs to a user store.", most: 1000, .add),
            change(.patch, "/remove_ids", "removeUserStoreIDs", "Remove IDs from a user store.", most: 1000, .remove),
            .change(
                .post, "/id_list/reset", "resetSegmentIDs", "Remove all IDs.", message: "ID list reset successfully."
            ) { (draft, resource, _) throws(DomainError) in
                try SegmentIDs.apply(.reset, [], to: Segment(resource), &draft)
                return nil
            },
        ] + ArchiveActions.make(noun: "Segment", .init(hasReturn: false))

    private static func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, most: Int,
        _ change: SegmentIDs.Change
    ) -> ResourceAction {
        let body = Schemas.object(
            [
                "ids": Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: most),
                "version": ["type": "integer"],
            ], required: ["ids"])
        return .change(
            method, path, id, summary, message: "Segment updated successfully.", body: body
        ) { (draft, resource, request) throws(DomainError) in
            try SegmentIDs.apply(
                change, Segment.members.ids.value(in: request.object), to: Segment(resource),
                version: version.value(in: request.object), &draft)
            return nil
        }
    }
}

extension String {
    /// `dynamic_config` as `DynamicConfig`.
    fileprivate var capitalizedWords: String {
        split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

/// An endpoint of a resource beside creating, reading, updating and deleting it.
struct ResourceAction: Sendable {
    typealias Change = @Sendable (inout Draft, Resource, ActionRequest) throws(DomainError) -> Value?
    typealias Read = @Sendable (AuthoredProject, Resource, ActionRequest) throws(DomainError) -> Value

    enum Work: Sendable {
        /// `nil` answers with the resource as it is afterwards.
        case change(Change)
        case read(Read)
    }

    let method: HTTPRequest.Method
    /// The part of the path behind the resource.
    let path: String
    let id: String
    let summary: String
    var message: String
    var status = 200
    var body: RequestSchema?
    var isBodyRequired = true
    let work: Work

    static func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, message: String,
        status: Int = 200, body: Value? = nil, isBodyRequired: Bool = true, _ change: @escaping Change
    ) -> ResourceAction {
        ResourceAction(
            method: method, path: path, id: id, summary: summary, message: message, status: status,
            body: body.map(RequestSchema.init),
            isBodyRequired: isBodyRequired, work: .change(change))
    }

    /// An endpoint that changes the members of one type, which have to be editable.
    static func change<T: TypedResource>(
        _ type: T.Type, _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String,
        message: String, audit: String, status: Int = 200, body: Value? = nil, isBodyRequired: Bool = true,
        _ change: @escaping @Sendable (inout T, Object, inout Draft) throws(DomainError) -> Void
    ) -> ResourceAction {
        .change(
            method, path, id, summary, message: message, status: status, body: body, isBodyRequired: isBodyRequired
        ) { (draft, resource, request) throws(DomainError) in
            try Normalization.checkEditable(resource)
            var changed = T(resource)
            try change(&changed, request.object, &draft)
            draft.put(changed, audit)
            return nil
        }
    }

    static func read(
        _ path: String, _ id: String, _ summary: String, message: String, _ read: @escaping Read
    ) -> ResourceAction {
        ResourceAction(method: .get, path: path, id: id, summary: summary, message: message, work: .read(read))
    }
}

/// A request to an action.
struct ActionRequest: Sendable {
    /// `null` without a body.
    let body: Value
    let query: Query
    let caller: Caller

    var object: Object { body.object ?? [:] }
}

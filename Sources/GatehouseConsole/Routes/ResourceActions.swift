// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

internal import GatehouseEvaluation
internal import HTTPTypes

/// The endpoints that each type of resources has.
struct ResourceEndpoints: Sendable {
    enum Method {
        case list, create, read, fullUpdate, partialUpdate, delete, versions
        /// A partial update by `POST`.
        case update
    }

    var methods: Set<Method> = [.list, .create, .read, .fullUpdate, .partialUpdate, .delete, .versions]
    /// The status of the response to a creation.
    var createdStatus = 201
    var actions: [ResourceAction] = []
    /// The Console API's messages about successes, where they differ from ``message(_:_:)``'s sentences.
    var messages: [Method: String] = [:]

    /// The message of a response to a success.
    func message(_ method: Method, _ description: ResourceDescription) -> String {
        if let message = messages[method] { return message }
        let noun = description.noun
        return switch method {
        case .list: "\(description.plural) listed successfully."
        case .create: "\(noun) created successfully."
        case .read: "\(noun) read successfully."
        case .fullUpdate, .partialUpdate, .update: "\(noun) updated successfully."
        case .delete: "\(noun) deleted successfully."
        case .versions: "\(noun) versions listed successfully."
        }
    }

    static func of(_ type: ResourceType) -> ResourceEndpoints {
        switch type {
        case .gates: ResourceEndpoints(actions: GateActions.all)
        case .dynamicConfigs:
            ResourceEndpoints(
                actions: DynamicConfigActions.all,
                messages: [
                    .read: "Dynamic config read successfully.", .fullUpdate: "Dynamic config updated successfully.",
                    .partialUpdate: "Dynamic config updated successfully.",
                ])
        case .experiments:
            ResourceEndpoints(actions: ExperimentActions.all, messages: [.read: "Experiments listed successfully."])
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
        case .autotunes:
            ResourceEndpoints(
                actions: AutotuneActions.all,
                messages: [
                    .list: "Autotune Experiments listed successfully.",
                    .create: "Autotune Experiments created successfully.",
                    .read: "Autotune Experiment read successfully.",
                    .fullUpdate: "Autotune Experiment read successfully.",
                    .partialUpdate: "Autotune Experiment updated successfully.",
                    .delete: "Autotune Experiment deleted successfully.",
                ])
        case .paramStores:
            ResourceEndpoints(
                createdStatus: 200,
                messages: [
                    .list: "List param stores success", .create: "Param Store read successfully.",
                    .fullUpdate: "Param Store read successfully.",
                ])
        case .targetApps:
            ResourceEndpoints(
                methods: [.list, .create, .read, .partialUpdate, .delete], createdStatus: 200,
                messages: [
                    .list: "Target apps listed successfully.", .read: "Target app read successfully.",
                    .partialUpdate: "Target apps updated successfully.", .delete: "Target app deleted successfully",
                ])
        case .tags:
            ResourceEndpoints(
                methods: [.list, .create, .read, .partialUpdate, .delete], createdStatus: 200,
                messages: [
                    .list: "Tags listed successfully", .create: "Tag created successfully",
                    .read: "Tag read successfully", .partialUpdate: "Tag updated successfully",
                    .delete: "Tag deleted successfully",
                ])
        case .unitIDTypes:
            ResourceEndpoints(methods: [.list, .create, .read, .fullUpdate, .partialUpdate, .delete])
        // They are read and written as one list, by routes of their own.
        case .environments: ResourceEndpoints(methods: [])
        case .teams:
            ResourceEndpoints(
                methods: [.list, .create, .read, .fullUpdate, .partialUpdate, .delete], createdStatus: 200,
                messages: [.delete: "Team deleted successfully"])
        case .users:
            ResourceEndpoints(
                methods: [.list, .read, .update, .partialUpdate], messages: [.list: "User listed successfully."])
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
        ]
        + ArchiveActions.make(
            noun: "Gate",
            .init(
                archived: Gate.Status.archived.json, archivedMessage: "Gate updated successfully.",
                unarchivedMessage: "Gate updated successfully."))
        + RuleActions.make(
            noun: "Gate", rule: MemberSchemas.gateRule, changedRule: MemberSchemas.changedGateRule, single: "rules",
            byName: false,
            messages: RuleActions.Messages(
                added: "Gate rules added successfully.", read: "Gate rules read successfully.",
                changed: "Gate updated successfully.", deleted: "Gate updated successfully."))
        + OverrideActions.make(noun: "Gate")
        + references([
            ("gate", .gates, "Gates"), ("experiment", .experiments, "Experiments"),
            ("dynamic_config", .dynamicConfigs, "Dynamic Configs"),
        ])

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

    private static func references(
        _ kinds: [(name: String, type: ResourceType, noun: String)]
    ) -> [ResourceAction] {
        kinds.map { name, type, noun in
            .list(
                "/\(name)_references", "listGateReferencesBy\(name.capitalizedWords)", "List what asks the gate.",
                message: "\(noun) listed successfully.", most: Page.standardLimit
            ) { project, resource in
                References.users(of: resource, project, in: [type]).map {
                    .object(ResourceDescription.of(type).view($0, project))
                }
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
        + RuleActions.make(
            noun: "DynamicConfig", rule: MemberSchemas.configRule, changedRule: MemberSchemas.changedConfigRule,
            single: "rule", byName: true,
            messages: RuleActions.Messages(
                added: "Dynamic Config rules added successfully.", read: "Dynamic Config rules read successfully.",
                changed: "Dynamic Config rules updated successfully.",
                deleted: "Dynamic Config rule deleted successfully."))
}

/// The endpoints of autotunes.
enum AutotuneActions {
    private static let variantID = Member<String>("id", default: "")
    private static let decisionReason = Member<String>("decisionReason", default: "")

    static let all: [ResourceAction] = [
        transition(
            "start", "Share the variants out.", "Autotune Experiment successfully started."
        ) { (autotune, _, draft) throws(DomainError) in
            AutotuneTransitions.start(&autotune, draft)
        },
        StartScheduleAction.make(
            noun: "Autotune", audit: AutotuneTransitions.changeAction,
            message: "Successfully scheduled autotune start"),
        transition(
            "reset", "Begin anew, with other users for each variant.", "Autotune Experiment successfully restarted."
        ) {
            (autotune, _, _) throws(DomainError) in AutotuneTransitions.reset(&autotune)
        },
        transition(
            "make_decision", "Ship a variant.", "Decision made for Autotune Experiment.",
            body: Schemas.closed(
                [
                    variantID.name: Schemas.string, decisionReason.name: Schemas.string,
                    // Autotunes have no targeting.
                    "removeTargeting": ["type": "boolean", "enum": [false]],
                ],
                required: [variantID.name, decisionReason.name])
        ) { (autotune, body, draft) throws(DomainError) in
            try AutotuneTransitions.decide(
                &autotune, for: variantID.value(in: body), decisionReason.value(in: body), draft)
        },
    ]

    private static func transition(
        _ path: String, _ summary: String, _ message: String, body: Value? = nil,
        _ change: @escaping @Sendable (inout Autotune, Object, Draft) throws(DomainError) -> Void
    ) -> ResourceAction {
        .change(
            .put, "/\(path)", "\(path)Autotune", summary, message: message, body: body
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
    /// The maximum number of IDs of a request and of a page.
    private static let maximumIDs = 100_000
    private static let version = Member<Int64?>("version")

    static let all: [ResourceAction] =
        [
            .change(
                .post, "/conditional", "replaceSegmentRules", "Replace the rules.",
                message: "Rules successfully updated",
                body: [
                    "anyOf": [
                        MemberSchemas.rules(MemberSchemas.segmentRule),
                        Schemas.closed(["rules": MemberSchemas.rules(MemberSchemas.segmentRule)], required: ["rules"]),
                    ]
                ]
            ) { (draft, resource, request) throws(DomainError) in
                guard Segment(resource).kind == .ruleBased else { throw .segmentType(needed: .ruleBased) }
                try ResourceUpdate.setRules(RuleActions.list(request), of: resource, &draft)
                return nil
            },
            // Clients that ask for no page read the whole list.
            .list(
                "/id_list", "readSegmentIDs", "Read the IDs.", message: "Segments listed successfully.",
                standard: maximumIDs, most: maximumIDs,
                data: { segment, count, ids in
                    ["name": .string(segment.id), "count": .integer(Int64(count)), "ids": .array(ids)]
                }
            ) { (_, resource) throws(DomainError) in
                let segment = Segment(resource)
                try SegmentIDs.check(segment)
                return segment.ids.map(Value.string)
            },
            .read(
                "/idlist_metadata", "readSegmentIDsMetadata", "Read which version the IDs have.",
                message: "ID List metadata read successfully"
            ) { (_, resource, _) throws(DomainError) in
                try SegmentIDs.check(Segment(resource))
                return ["currentVersion": .integer(resource.version), "isUpdating": false]
            },
            change(.patch, "/id_list", "addSegmentIDs", "Add IDs.", most: maximumIDs, .add),
            change(
                .delete, "/id_list", "deleteSegmentIDs", "Remove IDs, all of them without a body.", most: maximumIDs,
                .remove),
            change(.patch, "/add_ids", "addUserStoreIDs", "Add IDs to a user store.", most: 1000, .add),
            change(.patch, "/remove_ids", "removeUserStoreIDs", "Remove IDs from a user store.", most: 1000, .remove),
            change(
                .post, "/id_list/reset", "resetSegmentIDs", "Replace the IDs.", most: maximumIDs, .reset,
                message: "Segment Reset reset successfully."),
        ] + ArchiveActions.make(noun: "Segment", .init(hasReturn: false))

    private static func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, most: Int,
        _ change: SegmentIDs.Change, message: String? = nil
    ) -> ResourceAction {
        let isUserStore = path.hasSuffix("_ids")
        let body = Schemas.closed(
            [
                "ids": Schemas.array(["type": "string", "minLength": 1, "maxLength": 1000], most: most),
                "version": ["type": "integer"],
            ], required: ["ids"])
        return .change(
            method, path, id, summary,
            message: message ?? "IDs successfully \(change == .add ? "added to" : "removed from") Segment ID List",
            body: body,
            isBodyRequired: method != .delete
        ) { (draft, resource, request) throws(DomainError) in
            try SegmentIDs.check(Segment(resource), isUserStore: isUserStore)
            try SegmentIDs.apply(
                // The documentation's deletion has no body, and removes everything.
                request.body == .null ? .reset : change, Segment.members.ids.value(in: request.object),
                to: Segment(resource),
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
        case list(List)
    }

    /// A list of which the response shows a page.
    struct List: Sendable {
        let standardLimit: Int
        let maximumLimit: Int
        let items: @Sendable (AuthoredProject, Resource) throws(DomainError) -> [Value]
        /// The response's data: the resource, the number of all items, and the items of the page.
        let data: @Sendable (Resource, Int, [Value]) -> Value
    }

    let method: HTTPRequest.Method
    /// The part of the path behind the resource.
    let path: String
    let id: String
    let summary: String
    var message: String
    var status = 200
    /// The schema of the body; without one the body may be empty or an object without members.
    var body: Value?
    var isBodyRequired = true
    let work: Work

    static func change(
        _ method: HTTPRequest.Method, _ path: String, _ id: String, _ summary: String, message: String,
        status: Int = 200, body: Value? = nil, isBodyRequired: Bool = true, _ change: @escaping Change
    ) -> ResourceAction {
        ResourceAction(
            method: method, path: path, id: id, summary: summary, message: message, status: status,
            body: body, isBodyRequired: isBodyRequired, work: .change(change))
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
        _ path: String, _ id: String, _ summary: String, message: String, status: Int = 200, _ read: @escaping Read
    ) -> ResourceAction {
        ResourceAction(
            method: .get, path: path, id: id, summary: summary, message: message, status: status, work: .read(read))
    }

    static func list(
        _ path: String, _ id: String, _ summary: String, message: String, standard: Int = Page.standardLimit,
        most: Int = Page.maximumLimit,
        data: @escaping @Sendable (Resource, Int, [Value]) -> Value = { .array($2) },
        _ items: @escaping @Sendable (AuthoredProject, Resource) throws(DomainError) -> [Value]
    ) -> ResourceAction {
        ResourceAction(
            method: .get, path: path, id: id, summary: summary, message: message,
            work: .list(List(standardLimit: standard, maximumLimit: most, items: items, data: data)))
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

// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import GatehouseTesting

/// A project with about twenty entities of all kinds.
enum Shop {
    static let project = TestProject {
        TestGate("new_checkout", on: true)
        TestGate("old_checkout", on: false)
        TestGate("empty")
        TestGate("beta", percentage: 20)
        TestGate("company_beta", percentage: 40, idType: "companyID")
        TestGate("preview", for: "a-user", "another-user")
        TestGate(
            "staff", .when(.email(endsWith: "@example.com"), .environment("staging")),
            .when(.inSegment("testers"), percentage: 50, id: "half"))
        TestGate("grown_up", .when(.field("age", .atLeast(18)), .notInSegment("testers"), .fails("old_checkout")))
        TestGate("held", on: true).heldOut(by: "q3")
        TestSegment("testers", .when(.field("plan", .any(of: "test", "qa"))))
        TestHoldout("q3", percentage: 10)
        TestConfig(
            "pricing", ["price": 9.99, "currency": "EUR"],
            .when(.country("US"), returns: ["price": 10.99, "currency": "USD"]),
            .everyone(percentage: 50, returns: ["price": 8.99, "currency": "EUR"]))
        TestConfig("limits", ["items": 5]).heldOut(by: "q3")
        TestExperiment(
            "button", .group("control", 50, ["color": "grey"]), .group("blue", 30, ["color": "blue"]),
            .group("red", 20, ["color": "red"]), defaults: ["color": "white"])
        TestExperiment(
            "onboarding", .group("short", 50, ["steps": 2]), .group("long", 50, ["steps": 5]), allocation: 60,
            for: [.country("DE", "AT")])
        TestExperiment("later", .group("all", 100, ["on": true]), isActive: false)
        TestLayer(
            "home", ["color": "grey", "size": 1, "title": "Home"],
            TestExperiment(
                "home_color", .group("control", 50), .group("blue", 50, ["color": "blue"]), allocation: 40),
            TestExperiment("home_size", .group("large", 100, ["size": 2]), allocation: 30))
        TestParameterStore(
            "theme",
            [
                "title": .value("Hello"), "fast": .gate("new_checkout", pass: true, fail: false),
                "price": .config("pricing", "price"), "color": .experiment("button", "color"),
                "size": .layer("home", "size"),
            ])
    }

    /// Users whose IDs are numbered.
    static func users(_ count: Int) -> [User] {
        (0..<count).map { number in
            User(
                userID: "user-\(number)", customIDs: ["companyID": .string("company-\(number)")], country: "DE")
        }
    }
}

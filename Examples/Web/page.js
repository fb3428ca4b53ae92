// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0

import { Evaluations, initialize, read } from "./evaluations.js";

/** What this page wants to know of the sample project, and something that isn't in it. */
const questions = [
    ["gate", "new_home"], ["gate", "g_env_any"], ["gate", "no_such_gate"],
    ["config", "cfg"], ["config", "color_test"], ["config", "btn_test"],
    ["layer", "shop"],
];

/** The response from where the page was told to take it. */
async function response() {
    const inPage = document.getElementById("gatehouse-response").textContent.trim();
    if (inPage) return JSON.parse(inPage);
    const options = new URLSearchParams(location.search);
    if (options.has("file")) return read(options.get("file"));
    if (options.has("console")) {
        return initialize(options.get("console"), options.get("key"), JSON.parse(options.get("user") ?? "{}"));
    }
    throw new Error("neither a response in the page, nor ?file=… or ?console=…&key=…&user=…");
}

function show(evaluations) {
    const rows = questions.map(([kind, name]) => {
        const { value, rule, group } = evaluations[kind](name);
        const row = document.createElement("tr");
        for (const text of [kind, name, JSON.stringify(value), rule, group]) {
            // As text, never as HTML: people type values into a console.
            row.insertCell().textContent = text;
        }
        return row;
    });
    document.getElementById("answers").replaceChildren(...rows);
}

const status = document.getElementById("status");
try {
    const booted = await response();
    show(new Evaluations(booted));
    status.textContent = `For ${booted.user?.userID ?? "nobody in particular"}`;
} catch (error) {
    // A page without answers still works, with what is off by default.
    show(new Evaluations());
    const problem = document.getElementById("problem");
    problem.textContent = error.message;
    problem.hidden = false;
    status.textContent = "Defaults";
}
document.body.dataset.ready = "true";

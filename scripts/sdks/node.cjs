// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0
//
// The Node server SDK as a client of a console: node.cjs BUNDLE URL KEY ENVIRONMENT < rows. As clients.py.

async function main([bundle, url, key, environment]) {
    const statsig = require(bundle).default;
    const rows = JSON.parse(require("fs").readFileSync(0, "utf8"));
    await statsig.initialize(key, {
        api: url + "/v1", apiForGetIdLists: url + "/v1", ...(environment ? { environment: { tier: environment } } : {}),
    });
    const answers = rows.map(([user, kind, name]) => {
        if (kind === "gate") {
            const gate = statsig.getFeatureGateSync(user, name);
            return [gate.value, gate.ruleID];
        }
        if (kind === "layer") {
            const layer = statsig.getLayerSync(user, name);
            for (const parameter of ["color", "size"]) layer.get(parameter, null);
            return [layer.value ?? layer._value, layer.getRuleID()];
        }
        const config = kind === "experiment" ? statsig.getExperimentSync(user, name) : statsig.getConfigSync(user, name);
        return [config.value, config.getRuleID()];
    });
    await statsig.flush();
    await statsig.shutdownAsync();
    console.log("\n" + JSON.stringify(answers));
    process.exit(0);
}

main(process.argv.slice(2)).catch(error => {
    console.error(error);
    process.exit(1);
});

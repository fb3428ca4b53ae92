// This source file is part of the Gatehouse open source project.
// SPDX-License-Identifier: Apache-2.0
//
// The Go server SDK as a client of a console: client URL KEY ENVIRONMENT < rows. As clients.py.

package main

import (
	"encoding/json"
	"fmt"
	"os"

	statsig "github.com/statsig-io/go-sdk/v2"
)

func main() {
	url, key, environment := os.Args[1], os.Args[2], os.Args[3]
	var rows [][3]json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&rows); err != nil {
		fail(err)
	}
	details := statsig.InitializeWithOptions(key, &statsig.Options{
		API: url + "/v1", Environment: statsig.Environment{Tier: environment},
	})
	if !details.Success {
		fail(details.Error)
	}
	answers := make([][2]any, len(rows))
	for index, row := range rows {
		var user statsig.User
		var kind, name string
		for part, target := range []any{&user, &kind, &name} {
			if err := json.Unmarshal(row[part], target); err != nil {
				fail(err)
			}
		}
		switch kind {
		case "gate":
			gate := statsig.GetGate(user, name)
			answers[index] = [2]any{gate.Value, gate.RuleID}
		case "layer":
			layer := statsig.GetLayer(user, name)
			// A layer's exposure is logged when a parameter is read.
			layer.GetString("color", "")
			layer.GetNumber("size", 0)
			answers[index] = [2]any{layer.Value, layer.RuleID}
		case "experiment":
			experiment := statsig.GetExperiment(user, name)
			answers[index] = [2]any{experiment.Value, experiment.RuleID}
		default:
			config := statsig.GetConfig(user, name)
			answers[index] = [2]any{config.Value, config.RuleID}
		}
	}
	statsig.Shutdown()
	text, err := json.Marshal(answers)
	if err != nil {
		fail(err)
	}
	fmt.Printf("\n%s\n", text)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""The official engine, set up to be as fast as its documentation allows, and the loops that time it.

What is measured is the engine, so what Python costs is taken away, in three parts that are measured in the same round:

- the loop itself, with the unpacking of prepared arguments;
- an empty call of the binding: `remove_gate_override` with two texts on an instance without overrides, which takes
  its arguments apart, finds nothing to do and returns. It stands for what crossing from Python costs each call;
- for results that come as a dict: making that dict. The engine's own result isn't made of Python objects, the
  binding converts it. What that costs is measured by `marshal.loads`, which makes an equal dict from bytes, in C as
  the binding does in Rust.

Not taken away: what a call does natively beside evaluating, which includes counting the check for its statistics and,
on Linux, asking the system for the process ID three times (as strace shows); and for users made anew the conversion
of each field from Python.

The clock is the processor time of the thread. Everything here happens on the one thread that calls, and other
processes on the machine don't add to it.
"""

import itertools
import marshal
import os
import time

import statsig_python_core as statsig

from failure import Failure

clock = time.thread_time_ns


class Reference:
    """A running instance of the official engine."""

    def __init__(self, loopback, key, project):
        loopback.publish(key, [project.data], project.id_lists)
        options = loopback.urls()
        options.update(
            # Nothing is sent, and nothing asks for another document while the clock runs.
            disable_all_logging=True,
            specs_sync_interval_ms=3_600_000,
            id_lists_sync_interval_ms=3_600_000,
            enable_id_lists=project.id_lists is not None,
            # Or the first calls would answer as if there were no user agents and countries.
            wait_for_user_agent_init=True,
            wait_for_country_lookup_init=True,
        )
        if project.environment is not None:
            options["environment"] = project.environment
        if project.global_custom_fields:
            options["global_custom_fields"] = project.global_custom_fields
        self.engine = statsig.Statsig(key, statsig.StatsigOptions(**options))
        details = self.engine.initialize_with_details().result(60)
        if not details.is_config_spec_ready or details.source != "Network":
            failure = details.failure_details
            raise Failure("the reference refuses the document: %s" % (failure.error if failure else details.source))

        # The methods of the native class: those of the class over it catch exceptions first and make objects after.
        def bind(name):
            return getattr(statsig.StatsigBasePy, name).__get__(self.engine)

        self.empty = bind("remove_gate_override")
        self.check_gate = bind("check_gate")
        # By kind: the method that returns a whole result, and options that keep it from logging an exposure.
        self.getters = {
            "gates": (bind("_INTERNAL_get_feature_gate"), statsig.FeatureGateEvaluationOptions(True)),
            "dynamicConfigs": (bind("_INTERNAL_get_dynamic_config"), statsig.DynamicConfigEvaluationOptions(True)),
            "experiments": (bind("_INTERNAL_get_experiment"), statsig.ExperimentEvaluationOptions(True)),
            "layers": (bind("_INTERNAL_get_layer"), statsig.LayerEvaluationOptions(True)),
        }
        self.gate_options = self.getters["gates"][1]
        self.client_response = bind("get_client_initialize_response")

    def close(self):
        self.engine.shutdown().wait(10)

    # Answers

    def answers(self, user, names):
        """What everything returns for a user; None where the engine crashed."""
        user = user_from_json(user)
        answers = {}
        for kind in names.KINDS:
            getter, options = self.getters[kind]
            answers[kind] = [self.answer(getter, user, name, options) for name in names[kind]]
        for name, answer in zip(names["gates"], answers["gates"]):
            if answer is not None:
                answer["value"] = self.check_gate(user, name, self.gate_options)
        return answers

    @staticmethod
    def answer(getter, user, name, options):
        try:
            result = getter(user, name, options)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # what a panic of the core becomes isn't an Exception
            return None
        return {"value": result.get("value"), "ruleID": result["ruleID"]}

    # Loops

    def gate_calls(self, names):
        """Prepared calls of check_gate."""
        return [(self.check_gate, name, self.gate_options, None) for name in names]

    def result_calls(self, names, user):
        """Prepared calls of the getters, with what their results are made of, for the overhead."""
        calls = []
        for kind, name in names:
            getter, options = self.getters[kind]
            result = getter(user, name, options)
            result.pop("__exposure", None)  # an object of the binding's own
            calls.append((getter, name, options, marshal.dumps(result, 2)))
        return calls

    def time_calls(self, calls, user):
        """A batch that runs prepared calls."""

        def batch(passes):
            start = clock()
            for _ in itertools.repeat(None, passes):
                for call, name, options, _ in calls:
                    call(user, name, options)
            return clock() - start

        return batch

    def time_client_responses(self, user):
        """A batch that makes client-initialize responses, which come as text."""
        call = self.client_response

        def batch(passes):
            start = clock()
            for _ in itertools.repeat(None, passes):
                call(user, "djb2")
            return clock() - start

        return batch

    def time_empty_calls(self, calls):
        """A batch that runs empty calls in the same loop."""
        empty = self.empty

        def batch(passes):
            start = clock()
            for _ in itertools.repeat(None, passes):
                for _, name, _, _ in calls:
                    empty(name, name)
            return clock() - start

        return batch

    def time_empty_results(self, calls):
        """A batch that runs empty calls in the same loop and makes the dicts of the results."""
        empty, loads = self.empty, marshal.loads

        def batch(passes):
            start = clock()
            for _ in itertools.repeat(None, passes):
                for _, name, _, result in calls:
                    empty(name, name)
                    loads(result)
            return clock() - start

        return batch

    def time_fresh_users(self, gate, make_ids, template=None):
        """A batch that checks a gate for new users.

        template: what they have beside their IDs, None for nothing.
        """
        check, options, User = self.check_gate, self.gate_options, statsig.StatsigUser
        rest = arguments(template) if template else None

        def batch(passes):
            ids = make_ids(passes)
            if rest is None:
                start = clock()
                for id in ids:
                    check(User(id), gate, options)
                return clock() - start
            email, ip, country, locale, version, agent, custom, custom_ids = rest
            start = clock()
            for id in ids:
                check(User(id, email, ip, country, locale, version, agent, custom, custom_ids), gate, options)
            return clock() - start

        return batch

    def time_empty_users(self, make_ids):
        """A batch that makes empty native objects instead of users and calls nothing with them."""
        empty, make = self.empty, statsig.FeatureGateEvaluationOptions

        def batch(passes):
            ids = make_ids(passes)
            start = clock()
            for id in ids:
                make(True)
                empty(id, id)
            return clock() - start

        return batch

    def passing_fresh_users(self, gate, ids, template=None):
        """How many new users pass a gate."""
        rest = arguments(template) if template else ()
        users = (statsig.StatsigUser(id, *rest) for id in ids)
        return sum(self.check_gate(user, gate, self.gate_options) for user in users)


def user_from_json(text):
    """A user in the wire format; its fields may be of any JSON type, which the constructor doesn't allow."""
    user = statsig.StatsigUser("")
    user.__setstate__(text.encode("utf-8", "surrogatepass"))
    return user


def arguments(user):
    """The arguments of the constructor behind the ID, in order."""
    names = ("email", "ip", "country", "locale", "appVersion", "userAgent", "custom", "customIDs")
    return [user[name] for name in names]


class quiet:
    """Keeps what the native side writes to standard error, where a panic reports itself, from being seen."""

    def __enter__(self):
        self.saved = os.dup(2)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)

    def __exit__(self, *_):
        os.dup2(self.saved, 2)
        os.close(self.saved)

# This source file is part of the Gatehouse open source project.
# SPDX-License-Identifier: Apache-2.0
"""Writes what was measured, as a table for people, as Markdown, or as JSON."""

import json
import textwrap

import figures

HEAD = ("scenario", "called", "reference", "Gatehouse", "ratio")

LEGEND = (
    "Medians of rounds in which the engines took turns, in ns of processor time per call, with a user that is reused"
    " if not said otherwise. called: the reference as called from Python. reference: the same less what was measured"
    " beside it in each round: the Python loop and an empty call of the binding%s; for new users also making an empty"
    " native object. The binding gives results as dicts, which hold the whole value; the rows that say so subtract"
    " making an equal dict as well, and show – where that is more than three quarters. In the rows with the whole value"
    " Gatehouse makes an Object of it too; elsewhere it leaves the value as the document has it until it is read."
    " Nothing is subtracted from Gatehouse. ratio: reference by Gatehouse. A gate that doesn't exist shows what any"
    " call costs: the reference's includes counting the check and, on Linux, three system calls."
)
LOAD_LEGEND = (
    "Loads by the wall clock, each in a new process. process: the reference's own marker, in whole ms, mean; the rest"
    " medians. Gatehouse: from the document's bytes to a ruleset."
)


def number(value):
    """A figure with as many digits as say something."""
    if value is None:
        return "–"
    if value >= 100:
        return "{:,.0f}".format(value)
    return "%.1f" % value if value >= 1 else "%.2f" % value


def times(value):
    """A ratio."""
    return "–" if value is None else number(value) + "×"


def some(count, word):
    """A count with its word."""
    return "%d %s%s" % (count, word, "" if count == 1 else "s")


class Comparison:
    """All that was measured on one project."""

    def __init__(self, project, agreement, measurements, load):
        self.title = project.title
        self.byte_count = len(project.data)
        self.counts = {kind: len(project.names[kind]) for kind in project.names.KINDS}
        self.agreement = agreement
        self.measurements = measurements
        self.load = load

    def headline(self):
        counts = self.counts
        configs = counts["dynamicConfigs"] + counts["experiments"]
        size = "%.2f MB" % (self.byte_count / 1e6) if self.byte_count >= 1e6 else "%.0f kB" % (self.byte_count / 1e3)
        parts = [size, some(counts["gates"], "gate"), some(configs, "config"), some(counts["layers"], "layer")]
        return "%s: %s" % (self.title, ", ".join(parts))

    def evaluation_rows(self):
        for m in self.measurements:
            title = m.title if m.unit == "call" else "%s, ns per %s" % (m.title, m.unit)
            yield title, number(m.called), number(m.reference), number(m.gatehouse), times(m.ratio)

    def load_rows(self):
        for title, unit, reference, gatehouse in self.load.rows() if self.load else ():
            ratio = figures.ratio(reference, gatehouse)
            yield "%s, %s" % (title, unit), "", number(reference), number(gatehouse), times(ratio)

    def notes(self):
        """What has to be said beside the figures."""
        agreement = self.agreement
        compared = "{:,}".format(agreement.row_count - agreement.crash_count)
        notes = ["%s answers for %s compared, all the same." % (compared, some(agreement.user_count, "user"))]
        if agreement.crash_count:
            notes.append("On %d more the reference crashed." % agreement.crash_count)
        for reason in sorted(set(agreement.left_out.values())):
            names = sorted(name for (_, name), why in agreement.left_out.items() if why == reason)
            more = ", …" if len(names) > 5 else ""
            shown = ", ".join(names[:5]) + more
            notes.append("Left out, since %s: %d (%s)." % (reason_text(reason), len(names), shown))
        spreads = [
            figures.median(filter(None, (figures.spread(getattr(m, rounds)) for m in self.measurements)))
            for rounds in ("reference_rounds", "gatehouse_rounds")
        ]
        if None not in spreads:
            notes.append(
                "The middle half of the rounds lies within %.1f %% (reference) and %.1f %% (Gatehouse) of the median,"
                " in the middling scenario." % (spreads[0] * 100, spreads[1] * 100)
            )
        return notes

    def empty_call(self):
        """What the loop and an empty call cost, from the scenarios where nothing else is subtracted."""
        return figures.median(m.overhead for m in self.measurements if m.title.startswith(("gate ", "a gate that")))

    def as_json(self):
        load = self.load
        return {
            "document": self.title,
            "documentByteCount": self.byte_count,
            "entities": self.counts,
            "comparedAnswers": self.agreement.row_count - self.agreement.crash_count,
            "crashesOfReference": self.agreement.crash_count,
            "leftOut": [
                {"kind": kind, "name": name, "reason": reason}
                for (kind, name), reason in sorted(self.agreement.left_out.items())
            ],
            "evaluation": [
                {
                    "scenario": m.title,
                    "unit": "ns per " + m.unit,
                    "called": m.called,
                    "subtracted": m.overhead,
                    "reference": m.reference,
                    "gatehouse": m.gatehouse,
                    "ratio": m.ratio,
                    "rounds": {
                        "called": m.called_rounds,
                        "subtracted": m.overhead_rounds,
                        "gatehouse": m.gatehouse_rounds,
                    },
                }
                for m in self.measurements
            ],
            "load": load
            and {
                "documentByteCount": load.document_byte_count,
                "rulesetByteCount": load.ruleset_byte_count,
                "rows": [
                    {"scenario": title, "unit": unit, "reference": reference, "gatehouse": gatehouse}
                    for title, unit, reference, gatehouse in load.rows()
                ],
                "rounds": {name: value for name, value in vars(load).items() if isinstance(value, list)},
            },
        }


def reason_text(reason):
    """A reason as the end of a sentence."""
    return {"answers by chance": "they answer by chance"}.get(reason, reason)


def legend(comparisons):
    """What the columns are."""
    cost = figures.median(filter(None, (c.empty_call() for c in comparisons)))
    return LEGEND % (" (%.0f ns together)" % cost if cost else "")


def write(comparisons, machine, format):
    """The whole report as text."""
    if format == "json":
        report = {"machine": dict(machine), "comparisons": [comparison.as_json() for comparison in comparisons]}
        return json.dumps(report, indent=2, ensure_ascii=False)
    return "\n".join(markdown(comparisons, machine) if format == "markdown" else table(comparisons, machine))


def table(comparisons, machine):
    """Lines for a terminal."""
    for word, text in machine:
        yield "%-10s %s" % (word, text)
    for comparison in comparisons:
        groups = [list(comparison.evaluation_rows()), list(comparison.load_rows())]
        widths = [max(len(row[i]) for rows in groups for row in [HEAD, *rows]) for i in range(len(HEAD))]
        yield ""
        yield comparison.headline()
        for head, rows in zip([HEAD, ("load", "", *HEAD[2:])], groups):
            if rows:
                yield ""
                yield columns(head, widths)
                yield "─" * (sum(widths) + 2 * len(widths) - 2)
                yield from (columns(row, widths) for row in rows)
        yield ""
        for note in comparison.notes():
            yield from textwrap.wrap(note, 110)
    yield ""
    yield from textwrap.wrap(legend(comparisons), 110)
    if any(comparison.load for comparison in comparisons):
        yield from textwrap.wrap(LOAD_LEGEND, 110)


def columns(row, widths):
    """One line: the first column to the left, the others to the right."""
    first, *rest = row
    cells = [first.ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(rest, widths[1:])]
    return "  ".join(cells).rstrip()


def markdown(comparisons, machine):
    """Lines of Markdown."""
    for word, text in machine:
        yield "- %s: %s" % (word, text)
    for comparison in comparisons:
        yield ""
        yield "### " + escaped(comparison.headline())
        yield ""
        yield from markdown_table(HEAD, comparison.evaluation_rows())
        rows = [(title, *rest) for title, _, *rest in comparison.load_rows()]
        if rows:
            yield ""
            yield from markdown_table(("load", *HEAD[2:]), rows)
        yield ""
        yield " ".join(map(escaped, comparison.notes()))
    yield ""
    yield legend(comparisons)
    if any(comparison.load for comparison in comparisons):
        yield ""
        yield LOAD_LEGEND


def markdown_table(head, rows):
    """The lines of one table."""
    yield "| %s |" % " | ".join(head)
    yield "|---|%s" % ("---:|" * (len(head) - 1))
    for row in rows:
        yield "| %s |" % " | ".join(map(escaped, row))


def escaped(text):
    """Text that Markdown shows as it is."""
    for letter in "\\|*_<`[":
        text = text.replace(letter, "\\" + letter)
    return text

"""Full figures of a unit that keep every rule of the form, for tests that then spoil them."""

from __future__ import annotations

import random

from tests import standard

APPLICANTS = standard.COLUMNS[:-1]
RESULTS = "applications.results."


def consistent(form: str, dice: random.Random) -> dict[str, float]:
    """A figure for every item, money in 万元; the same for the same dice."""
    items = [item.id for item in standard.template(form).items]
    values = dict.fromkeys(items, 0.0)
    _applications(values, dice)
    for block in ("review", "litigation.direct", "litigation.after_review"):
        parts = [f"proceedings.{block}.{part}" for part in ("upheld", "corrected", "other", "pending")]
        values |= {part: dice.randint(0, 9) for part in parts}
        values[f"proceedings.{block}.total"] = sum(values[part] for part in parts)
    _overview(values, dice)
    _proactive(values, dice)
    return {item: values[item] for item in items}


def _applications(values: dict[str, float], dice: random.Random) -> None:
    rows = {item.rpartition(".")[0] for item in values if item.startswith(RESULTS)}
    leaves = sorted(rows - {f"{RESULTS}total"})
    for column in APPLICANTS:
        values |= {f"{row}.{column}": dice.choice([0, 0, dice.randint(1, 300)]) for row in leaves}
        done, left = sum(values[f"{row}.{column}"] for row in leaves), dice.randint(0, 20)
        values[f"{RESULTS}total.{column}"] = done
        values[f"applications.carried_out.{column}"] = left
        values[f"applications.received.{column}"] = done + left
    for row in (*leaves, f"{RESULTS}total", "applications.carried_out", "applications.received"):
        values[f"{row}.total"] = sum(values[f"{row}.{column}"] for column in APPLICANTS)


def _overview(values: dict[str, float], dice: random.Random) -> None:
    for block, most in (("published", 500), ("new_media", 9)):
        parts = [item for item in values if item.startswith(f"overview.{block}.") and item[-5:] != "total"]
        values |= {part: dice.randint(0, most) for part in parts}
        values[f"overview.{block}.total"] = sum(values[part] for part in parts)
    values["overview.requests.accepted"] = values["applications.received.total"]
    values["overview.requests.concluded"] = values[f"{RESULTS}total.total"]
    values["overview.cases.reviews"] = values["proceedings.review.total"]
    values["overview.cases.litigation"] = (
        values["proceedings.litigation.direct.total"] + values["proceedings.litigation.after_review.total"]
    )


def _proactive(values: dict[str, float], dice: random.Random) -> None:
    made = dice.randint(0, 20)
    drawn = {
        "normative_documents.made": made,
        "normative_documents.newly_disclosed": made,
        "normative_documents.disclosed_total": made + dice.randint(0, 90),
        "normative_documents.repealed": dice.randint(0, 9),
        "normative_documents.in_force": dice.randint(20, 90),
        "procurement.projects": dice.randint(1, 30),
        "procurement.amount": dice.randint(1, 10**7) / 10_000,
        "fees.amount": dice.randint(0, 10**7) / 10_000,
    }
    for row in ("licensing", "other_services", "penalties", "coercion"):
        drawn |= {f"{row}.previous": dice.randint(0, 60), f"{row}.change": dice.randint(0, 9)}
        drawn[f"{row}.decisions"] = dice.randint(0, 900)
    values |= {f"proactive.{name}": n for name, n in drawn.items() if f"proactive.{name}" in values}

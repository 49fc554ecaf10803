"""What a diagnosis says: changes of cells, slips as actions, explanations, components."""

from __future__ import annotations

from dataclasses import dataclass

from consolidate.checks.slips import Slip


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that an explanation changes; `old` None: blank or unreadable, `new` None: not determined.

    `least` and `most` bound the new value when it is not determined (None: no bound). Smallest units.
    """

    item: int
    old: int | None
    new: int | None
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Action:
    """One slip: `likely` when it explains the figures that stand there; `rules` are those it mends."""

    slip: Slip
    changes: tuple[Change, ...]
    likely: bool
    rules: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A smallest set of slips after whose correction every rule holds; in the order of the items."""

    actions: tuple[Action, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All cells that it changes, in the order of the items."""
        changes = [change for action in self.actions for change in action.changes]
        return tuple(sorted(changes, key=lambda change: change.item))


@dataclass(frozen=True, slots=True)
class Component:
    """Broken rules that hang together, with all their smallest explanations, the most likely first.

    `single`: the first one is the only one left. `certain`: the actions that every explanation shares
    and that rest on more than being left over. `supposed`: those of them that put a figure where none was
    on the word of one rule, which holds only if all other cells of that rule are right: no proposal.
    `suspects`: the items that may be wrong, the most likely first. `exceeded`: no explanation of up to
    `limit` slips, or the budget was spent; then only the rules are known. `soft`: only soft rules are broken.
    """

    rules: tuple[int, ...]
    explanations: tuple[Explanation, ...]
    single: bool
    certain: tuple[Action, ...] = ()
    supposed: tuple[Action, ...] = ()
    suspects: tuple[int, ...] = ()
    exceeded: bool = False
    soft: bool = False

    @property
    def proposal(self) -> Explanation | None:
        """The only explanation left, if there is just one."""
        return self.explanations[0] if self.single else None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with one record, component by component, in the order of their first rule."""

    components: tuple[Component, ...]

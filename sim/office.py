"""What every department has in common: it starts, it may adopt a change, it belongs to a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backhaul.sim.chain import Chain

__all__ = ["Office"]


class Office:
    """A department of the chain.

    Parameters
    ----------
    chain : Chain
        The run that it belongs to.
    """

    #: Decisions whose policies it registers at the gate.
    decisions: tuple[str, ...] = ()

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        for decision in self.decisions:
            chain.policy(decision)
        self.set_up()

    def set_up(self) -> None:
        """Make what the department needs; other departments may not be there yet."""

    def start(self) -> None:
        """Make the first arrangements; every department is there."""

    def adopt(self) -> None:
        """Take over a change of the scenario: policies by default."""
        for decision in self.decisions:
            self.chain.policy(decision)

"""Loading control of every centre: the order on board, and who gets a door."""

from __future__ import annotations

from backhaul.sim.loading.control import LoadCheck
from backhaul.sim.office import Office
from backhaul.sim.transport.trips import Trip

__all__ = ["LoadingOffice"]

#: Moving one pallet that stands in the way, out and back.
REHANDLE_S = 240
SAMPLE_D = 7


class LoadingOffice(Office):
    """Decides the load order of every trip.

    Fidelity: ``full`` places every pallet of every trip; ``sampled`` does so on one day in seven and
    takes the share of pallets in the way from there; ``aggregate`` takes that share from the first
    sampled day on.
    """

    decisions = ("load_order", "dock_door")

    def set_up(self) -> None:
        """Nothing is known yet about pallets in the way."""
        self._seen = self._blocked = 0

    def order(self, trip: Trip) -> LoadCheck:
        """Decide the load order of a trip; return what does not fit the rule."""
        chain = self.chain
        pallets = [d.pallets for d in trip.deliveries]
        level = chain.world.fidelity.get("loading", "sampled")
        exact = level == "full" or self._seen == 0 or (
            level == "sampled" and chain.day % SAMPLE_D == 0
        )  # fmt: skip
        if len(pallets) < 2:
            check = LoadCheck(pallets[0], pallets[0])
        elif exact:
            weights = [d.weight_g for d in trip.deliveries]
            policy = chain.policy("load_order")
            check = policy(trip.kind, pallets, weights, trip.number)
            self._seen += check.wanted
            self._blocked += check.blocked
        else:
            share = self._blocked / max(self._seen, 1)
            wanted = sum(pallets)
            check = LoadCheck(wanted - round(share * wanted), wanted)
        chain.gate.record(
            "loading", "load_order", chain.world.policies["load_order"].policy,
            entity=f"trip {trip.number}", options=max(len(pallets), 1),
            chosen=f"{check.placed} of {check.wanted} pallets last in, first out",
        )  # fmt: skip
        return check

    def load_s(self, trip: Trip) -> int:
        """Return the loading time of a trip."""
        return trip.pallets * self.chain.world.fleet.load_s_per_pallet

    def door_priority(self, trip: Trip) -> int:
        """Return a trip's rank for the next free door; lower goes first."""
        asked = trip.depart_s - trip.load_s
        return int(self.chain.gate.decide(
            "dock_door", trip.depart_s, asked, entity=f"trip {trip.number}",
            options=int(self.chain.base.dcs.doors[trip.dc]),
        ))  # fmt: skip

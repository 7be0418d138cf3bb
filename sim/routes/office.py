"""The routes department: a plan a night for every centre, and a new one on a breakdown."""

from __future__ import annotations

from backhaul.sim.office import Office
from backhaul.sim.routes.plan import Planned, RoutePlanner
from backhaul.sim.transport.trips import Delivery, TripRun

__all__ = ["RoutesOffice"]


class RoutesOffice(Office):
    """Plans and re-plans."""

    decisions = ("vehicle", "route_plan", "route_replan")

    def set_up(self) -> None:
        """Make a planner for every centre."""
        chain = self.chain
        self.planners = [
            RoutePlanner(chain.base, dc, chain.policy("vehicle"))
            for dc in range(len(chain.base.dcs))
        ]

    def adopt(self) -> None:
        """Take over policies, and what vehicles and hours may have become."""
        super().adopt()
        self.set_up()

    def plan(self, dc: int, deliveries: list[Delivery], ready_s: int) -> list[Planned]:
        """Return the trips of the coming day of one centre."""
        chain = self.chain
        seed = chain.day * len(self.planners) + dc
        value = sum(
            int((d.units * chain.base.products.cost_cents[d.products]).sum()) for d in deliveries
        )
        trips: list[Planned] = chain.gate.decide(
            "route_plan", self.planners[dc], deliveries, ready_s, seed,
            entity=chain.base.dcs.name[dc], value_cents=value, options=max(len(deliveries), 1),
            describe=lambda plan: f"{len(plan)} trips for {len(deliveries)} stores",
        )  # fmt: skip
        planned = sorted(id(d) for trip in trips for d in trip.deliveries)
        lost = planned != sorted(id(d) for d in deliveries)
        chain.audit.equal("deliveries planned once each", 0, int(lost))
        for trip in trips:
            chain.gate.record(
                "routes", "vehicle", chain.gate.policy_name("vehicle"),
                options=len(self.planners[dc].kinds), chosen=trip.kind.name,
                value_cents=trip.kind.fixed_cents_per_day,
            )  # fmt: skip
        return trips

    def replan(self, run: TripRun, place: int, remaining: list[Delivery]) -> list[Delivery]:
        """Return the order of the remaining stops of a trip that broke down."""
        chain = self.chain
        order: list[Delivery] = chain.gate.decide(
            "route_replan", chain.world, place, chain.now(), remaining,
            entity=f"trip {run.trip.number}", options=max(len(remaining), 1),
            value_cents=sum(
                int((d.units * chain.base.products.cost_cents[d.products]).sum())
                for d in remaining
            ),
            describe=lambda new: " ".join(str(d.store) for d in new),
        )  # fmt: skip
        changed = [d.store for d in order] != [d.store for d in remaining]
        run.record.replanned = run.record.replanned or changed
        chain.books.dc.add("replans", chain.day, run.trip.dc, int(changed))
        return order

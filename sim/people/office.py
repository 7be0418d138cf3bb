"""The people department: workload to roster to time sheet, for every site and role."""

from __future__ import annotations

import numpy as np

from backhaul.sim.office import Office
from backhaul.sim.payroll.pay import gross_pay_cents
from backhaul.sim.people.staff import Headcount
from backhaul.sim.people.workload import required_s
from backhaul.sim.spine import Account
from backhaul.sim.world import Role

__all__ = ["PeopleOffice"]

ACCOUNT = {
    "store": Account.STORE_WAGES,
    "dc": Account.DC_WAGES,
    "transport": Account.DRIVER_WAGES,
    "call_centre": Account.OFFICE_WAGES,
    "head_office": Account.OFFICE_WAGES,
}
#: Hiring is reviewed on this weekday.
REVIEW_WEEKDAY = 0


class PeopleOffice(Office):
    """Rosters, absence, overtime, turnover and hiring."""

    decisions = ("roster", "hiring")

    def set_up(self) -> None:
        """Count who is there: roles by site."""
        chain, staff = self.chain, self.chain.base.staff
        self.roles: tuple[Role, ...] = staff.roles
        sites = len(chain.ledger.sites)
        heads = np.zeros((sites, len(self.roles)), dtype=np.int64)
        for index, role in enumerate(self.roles):
            heads[self._sites(role), index] = role.heads
        self.plan = heads.copy()
        self.headcount = Headcount(self.roles, heads, chain.seed)
        self._weeks = np.zeros((28, *heads.shape), dtype=np.int64)
        self.covered = np.ones(heads.shape)
        self._hours = np.array([role.hours_per_week for role in self.roles], dtype=np.float64)
        self._leavers = np.array([role.turnover_per_year for role in self.roles])

    def _sites(self, role: Role) -> slice:
        stores, office = self.chain.stores, self.chain.ledger.office
        if role.site == "store":
            return slice(0, stores)
        if role.site in ("dc", "transport"):
            return slice(stores, office)
        return slice(office, office + 1)

    def role_index(self, name: str) -> int | None:
        """Return the position of a role, None when the scenario has none of that name."""
        return next((i for i, role in enumerate(self.roles) if role.name == name), None)

    def crew(self, site: int, role: str) -> int:
        """Return how many people of a role a site has."""
        index = self.role_index(role)
        return 0 if index is None else int(self.headcount.headcount[site, index])

    def midnight(self, day: int) -> None:
        """People leave and join; once a week hiring is decided."""
        chain = self.chain
        leavers = self.headcount.leave(day)
        if leavers.any():
            chain.events.add("people", "left", quantity=int(leavers.sum()))
        for site, role, number in self.headcount.join(day):
            for _ in range(number):
                chain.payroll.payroll.new_person(site)
            name = f"{self.roles[role].name}, {chain.ledger.sites[site]}"
            chain.events.add("people", "joined", name, quantity=number)
        if chain.calendar.weekday(day) == REVIEW_WEEKDAY and day >= 7:
            self._hire(day)

    def _hire(self, day: int) -> None:
        chain = self.chain
        weeks = min(day, 28)
        need = self._weeks[:weeks].sum(axis=0) * 7 // weeks
        hire_cents = np.array([role.hire_cents for role in self.roles])
        people = chain.gate.decide(
            "hiring", need, self.headcount.headcount, self.headcount.coming(), self.plan,
            self._hours, self._leavers,
            value_cents=lambda n: int((n * hire_cents).sum()),
            count=lambda n: max(int(np.count_nonzero(n)), 1),
            describe=lambda n: f"hire {int(n.sum())}",
        )  # fmt: skip
        if people.any():
            cost = self.headcount.hire(day, people)
            chain.accounting.cost(Account.HIRING, chain.ledger.office, cost)
            chain.events.add("people", "hired", quantity=int(people.sum()), amount_cents=cost)

    def volumes(self, day: int) -> list[dict[str, float]]:
        """Return each site's volumes of the day by driver of workload."""
        chain = self.chain
        store, dc = chain.books.store, chain.books.dc
        share = chain.world.demand.self_checkout_share
        fresh = chain.catalogue.fresh_units_share
        rows: list[dict[str, float]] = []
        for s in range(chain.stores):
            baskets = float(store["baskets"][day, s])
            units = float(store["units"][day, s])
            rows.append(
                {
                    "baskets": baskets * (1 - share),
                    "self_baskets": baskets * share,
                    "units": units * (1 - share),
                    "lines": float(store["lines"][day, s]),
                    "cases_received": float(store["cases_received"][day, s]),
                    "pallets": float(store["pallets_received"][day, s]),
                    "fresh_units": units * fresh,
                    "online_units": float(store["collect_items"][day, s]),
                }
            )
        for c in range(len(chain.base.dcs)):
            rows.append(
                {
                    "cases_picked": float(dc["cases_picked"][day, c]),
                    "cases_received": float(dc["cases_received"][day, c]),
                    "pallets": float(dc["pallets_received"][day, c] + dc["pallets_sent"][day, c]),
                    "pick_km": float(dc["pick_m"][day, c]) / 1000,
                    "driving_s": float(dc["duty_s"][day, c]),
                }
            )
        calls = float(chain.books.chain["calls"][day, 0])
        rows.append({"calls": calls, "decisions_s": float(chain.decisions.person_s)})
        return rows

    def close(self, day: int) -> None:
        """Roster and work the day at every site; post the pay."""
        chain = self.chain
        volumes = self.volumes(day)
        need = np.zeros_like(self.plan)
        for site, drivers in enumerate(volumes):
            for index, role in enumerate(self.roles):
                if self.plan[site, index] == 0:
                    continue
                need[site, index] = required_s(chain.world.staff, role, drivers)
                if role.site == "transport":
                    need[site, index] += int(drivers.get("driving_s", 0))
                if role.site == "head_office":
                    need[site, index] += self._office_s
        self._weeks[day % 28] = need
        capacity = self.headcount.capacity_s()
        rostered = chain.gate.decide(
            "roster", need, capacity,
            count=int((self.plan > 0).sum()),
            value_cents=round(float((need * self._wage_per_s()).sum())),
            describe=lambda r: f"{int(r.sum()) // 3600} h",
        )  # fmt: skip
        for site in range(len(volumes)):
            self._work(day, site, need[site], rostered[site])
        self._office_s = chain.decisions.person_s - self._person_s
        self._person_s = chain.decisions.person_s
        book = chain.books.chain
        book.set("headcount", day, 0, int(self.headcount.headcount.sum()))
        book.set("hired", day, 0, self.headcount.hired)
        book.set("left", day, 0, self.headcount.left)

    _office_s = 0
    _person_s = 0

    def _wage_per_s(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        wages = np.array([role.wage_cents_per_h for role in self.chain.world.staff.roles])
        return np.asarray(wages / 3600)

    def _work(
        self,
        day: int,
        site: int,
        need: np.ndarray[tuple[int], np.dtype[np.int64]],
        rostered: np.ndarray[tuple[int], np.dtype[np.int64]],
    ) -> None:
        chain = self.chain
        work = self.headcount.work(day, site, need, rostered)
        self.covered[site] = np.where(need > 0, work.covered_s / np.maximum(need, 1), 1.0)
        by_account: dict[Account, int] = {}
        for index, role in enumerate(chain.world.staff.roles):
            worked, extra = int(work.worked_s[index]), int(work.overtime_s[index])
            gross = gross_pay_cents(worked, extra, role.wage_cents_per_h)
            if gross:
                account = ACCOUNT[role.site]
                by_account[account] = by_account.get(account, 0) + gross
        for account, gross in by_account.items():
            cost = chain.payroll.payroll.accrue(site, account, gross)
            if account is Account.DRIVER_WAGES:
                dc = site - chain.stores
                chain.books.dc.add("driver_wages_cents", day, dc, gross)
                chain.books.dc.add("driver_charges_cents", day, dc, cost - gross)
        wages = sum(by_account.values())
        if site < chain.stores:
            book = chain.books.store
            for figure in ("required_s", "rostered_s", "absent_s", "overtime_s", "worked_s",
                           "covered_s"):  # fmt: skip
                book.add(figure, day, site, int(getattr(work, figure).sum()))
            book.add("wages_cents", day, site, wages)
        elif site < chain.ledger.office:
            dc = site - chain.stores
            chain.books.dc.add("required_s", day, dc, int(work.required_s.sum()))
            chain.books.dc.add("worked_s", day, dc, int(work.worked_s.sum()))
            chain.books.dc.add("wages_cents", day, dc, wages)

"""python -m bench [NAME...]: measures, prints a table and writes .run/bench.json."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import (
    dashboard,
    fresh,
    ingest,
    invoice_run,
    latency,
    leads,
    leak_guard,
    month_to_date,
    pages,
    provisioning,
    rerate,
)
from bench.figure import Figure, save, table
from dev.paths import RUN

_MEASURES: dict[str, Callable[[], list[Figure]]] = {
    "ingest": ingest.measure,
    "month_to_date": month_to_date.measure,
    "dashboard": dashboard.measure,
    "latency": latency.measure,
    "pages": pages.measure,
    "leak_guard": leak_guard.measure,
    "leads": leads.measure,
    "provisioning": provisioning.measure,
    "fresh": fresh.measure,
    "rerate": rerate.measure,
    "invoice_run": invoice_run.measure,
}


def main(names: list[str]) -> None:
    """Measures what is named, everything if nothing is."""
    unknown = [name for name in names if name not in _MEASURES]
    if unknown:
        raise SystemExit(f"There is no {', '.join(unknown)}; there are {', '.join(_MEASURES)}.")
    figures: list[Figure] = []
    for name in names or list(_MEASURES):
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += _MEASURES[name]()
        # Kept after each, so that what fails later does not lose it.
        save(figures, RUN / "bench.json")
    print(table(figures))


if __name__ == "__main__":
    main(sys.argv[1:])

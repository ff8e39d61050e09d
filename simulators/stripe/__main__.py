"""python -m simulators.stripe PORT: serves a processor with the key `sk_test_simulated`."""

from __future__ import annotations

import asyncio
import sys

from simulators.stripe.server import StripeSimulator


async def main(port: int) -> None:
    """Serves until it is stopped."""
    simulator = StripeSimulator("sk_test_simulated")
    await simulator.start(port)
    print(simulator.url, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))

"""Prices of any model, for tests of billing: by hand and by Hypothesis."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from services.billing.domain.price import Price, PriceModel
from services.billing.domain.rating.flat import Flat
from services.billing.domain.rating.graduated import Graduated
from services.billing.domain.rating.package import Package
from services.billing.domain.rating.part import Part
from services.billing.domain.rating.per_unit import PerUnit
from services.billing.domain.rating.tariff import DurationTariff, Rounding
from services.billing.domain.rating.tiers import Tier
from services.billing.domain.rating.volume import Volume

MONTH = Fraction(1)

amounts = st.decimals("0", "1000", places=9)
bounds = st.decimals("0.000001", "100000", places=6)
quantities = st.fractions(min_value=0, max_value=10**6, max_denominator=3600)
shares = st.fractions(min_value=Fraction(1, 31), max_value=1, max_denominator=31)
seconds = st.integers(0, 20_000)
histograms = st.dictionaries(seconds, st.integers(1, 10_000), max_size=30)


def tiers(*pairs: tuple[str | None, str]) -> tuple[Tier, ...]:
    """Gives tiers from pairs of their last quantity (None for no end) and unit price."""
    return tuple(
        Tier(Decimal(end) if end is not None else None, Decimal(price)) for end, price in pairs
    )


def exact(parts: Iterable[Part]) -> Fraction:
    """Adds up what parts come to, before any rounding."""
    return sum((part.quantity * Fraction(part.unit_price) for part in parts), Fraction(0))


def said(parts: Iterable[Part]) -> list[tuple[str, str, str]]:
    """Gives label, quantity and unit price of each part."""
    return [(part.label, str(part.quantity), f"{part.unit_price:f}") for part in parts]


@st.composite
def tier_tables(draw: st.DrawFn) -> tuple[Tier, ...]:
    """Gives tables of one to five tiers."""
    ends = sorted(draw(st.sets(bounds, max_size=4)))
    return tuple(Tier(end, draw(amounts)) for end in [*ends, None])


@st.composite
def tariffs(draw: st.DrawFn, rounding: Rounding | None = None) -> DurationTariff:
    """Gives tariffs with everything that a tariff can have."""
    return DurationTariff(
        rounding=rounding or draw(st.sampled_from(Rounding)),
        first_increment_seconds=draw(st.integers(1, 3600)),
        next_increment_seconds=draw(st.integers(1, 3600)),
        free_seconds=draw(st.integers(0, 3600)),
        minimum_seconds=draw(st.integers(0, 3600)),
        connect_fee=draw(amounts),
    )


# All but volume, where one unit more may reach a tier that makes all units cheaper.
monotone_models: st.SearchStrategy[PriceModel] = st.one_of(
    st.builds(PerUnit, amounts),
    st.builds(Flat, amounts),
    st.builds(Graduated, tier_tables()),
    st.builds(Package, bounds.filter(lambda size: size >= 1), amounts),
)
models: st.SearchStrategy[PriceModel] = monotone_models | st.builds(Volume, tier_tables())


def prices(of: st.SearchStrategy[PriceModel] = models) -> st.SearchStrategy[Price]:
    """Gives prices with included units and minimums."""
    return st.builds(
        Price,
        model=of,
        duration_tariff=st.none() | tariffs(),
        included_quantity=st.just(Decimal(0)) | bounds,
        minimum_amount=st.decimals("0", "10000", places=2),
    )

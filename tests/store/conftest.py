"""Stores to test on: a SQLite file, and a database of a real PostgreSQL server."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from planner.run.db import init
from planner.store.database import Address, address_of

SERVER_PROGRAMS = ("initdb", "pg_ctl")


def programs() -> Path | None:
    """The folder of the newest PostgreSQL server here; None where there is none."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).parent] if on_path else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda one: int(one.parent.name),
        reverse=True,
    )
    return next(
        (one for one in folders if all((one / name).exists() for name in SERVER_PROGRAMS)), None
    )


def somebody() -> str | None:
    """A user to run the server as where we are root, which it refuses."""
    if os.geteuid():
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def run(*command: str | Path, user: str | None) -> None:
    """Run a program of the server; its output is shown where it fails."""
    done = subprocess.run(
        [str(one) for one in command],
        user=user, group=user and pwd.getpwnam(user).pw_gid, extra_groups=[] if user else None,
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A server of our own in a temporary folder, as the URL of its first database."""
    found = programs()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no PostgreSQL server is installed, and CI must test on one")
        pytest.skip("no PostgreSQL server is installed")
    user, port = somebody(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="planner-pg-", dir="/tmp"))  # a socket's path is short
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    try:
        run(found / "initdb", "-D", data, "-U", "planner", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync", user=user)  # fmt: skip
        options = f"-k {folder} -p {port} -c listen_addresses='' -c fsync=off"
        run(found / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start",
            user=user)  # fmt: skip
        try:
            yield f"postgresql+psycopg://planner@/postgres?host={folder}&port={port}"
        finally:
            run(found / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", user=user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str, template: str = "template1") -> str:
    """The URL of a new database of the server, a copy of the template."""
    name = f"planner_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def empty_database(server: str) -> str:
    """The URL of a new, empty database of the server."""
    return new_database(server)


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store in a SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("store") / "planner.db"
    assert init(str(path)).exit_code == 0
    return path


@pytest.fixture(scope="session")
def new_template(server: str) -> str:
    """The name of a database with a new store, to be copied."""
    url = new_database(server)
    assert init(url).exit_code == 0
    return str(make_url(url).database)


@pytest.fixture
def sqlite_store(new_file: Path, tmp_path: Path) -> Address:
    """A new store in a SQLite file."""
    path = tmp_path / "planner.db"
    shutil.copyfile(new_file, path)
    return address_of(str(path))


@pytest.fixture
def postgresql_store(server: str, new_template: str) -> Address:
    """A new store on the server."""
    return address_of(new_database(server, new_template))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Address:
    """A new store, on each database in turn."""
    found: Address = request.getfixturevalue(f"{request.param}_store")
    return found

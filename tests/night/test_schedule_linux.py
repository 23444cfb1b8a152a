"""What systemd and cron are given: shut in, daily, and as they were printed."""

import configparser
import shutil
import subprocess
from datetime import time
from pathlib import Path, PurePosixPath

import pytest

from pipeline.errors import UsageError
from tests.night.schedules import (
    OUT,
    cron_command,
    on_a_posix_shell,
    setting,
    units,
    written,
)


def test_the_service_is_shut_in() -> None:
    service, _ = units(written("systemd"))
    lines = set(service.splitlines())
    assert lines >= {
        "Type=oneshot",
        "User=finder",
        "PrivateNetwork=yes",
        "RestrictAddressFamilies=AF_UNIX",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "NoNewPrivileges=yes",
        "UMask=0077",
        "LimitCORE=0",
        "TimeoutStartSec=12h",
    }
    assert setting(service, "ReadWritePaths") == [f'"{OUT}"']


@pytest.mark.parametrize(
    ("config", "writes", "reads", "expected"),
    [
        ("/srv/site.toml", "/srv/out", (), "yes"),
        ("/home/jo/site.toml", "/srv/out", (), "read-only"),
        ("/srv/site.toml", "/root/out", (), "read-only"),
        ("/srv/site.toml", "/srv/out", ("/srv/extract", "/home/jo/python"), "read-only"),
        ("/homes/site.toml", "/srv/out", (), "yes"),
    ],
)
def test_homes_are_hidden_unless_the_night_needs_one(
    config: str, writes: str, reads: tuple[str, ...], expected: str
) -> None:
    text = written(
        "systemd", PurePosixPath(config), writes=(PurePosixPath(writes),), reads=tuple(map(PurePosixPath, reads))
    )
    assert setting(units(text)[0], "ProtectHome") == [expected]


def test_a_service_that_may_write_nowhere_or_everywhere_is_refused() -> None:
    for writes in ((), (PurePosixPath("/"),)):
        with pytest.raises(UsageError):
            written("systemd", writes=writes)


def test_the_timer_is_daily_and_makes_up_for_a_missed_night() -> None:
    _, timer = units(written("systemd", at=time(23, 5)))
    read = configparser.ConfigParser(strict=True, interpolation=None)
    read.read_string(timer)
    assert read["Timer"]["OnCalendar"] == "*-*-* 23:05:00"
    assert read["Timer"]["Persistent"] == "yes"
    assert read["Install"]["WantedBy"] == "timers.target"


@on_a_posix_shell
def test_the_shell_writes_both_files_as_they_are_printed(tmp_path: Path) -> None:
    text = written("systemd", PurePosixPath("/srv/$HOME/`id`/site.toml"))
    script = text.replace("/etc/systemd/system", str(tmp_path))
    subprocess.run(["/bin/sh", "-c", script], check=True, capture_output=True)
    found = {path.name: path.read_text().removesuffix("\n") for path in tmp_path.iterdir()}
    service, timer = units(text)
    assert found == {"casefinder-nightly.service": service, "casefinder-nightly.timer": timer}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="asks systemd itself")
def test_systemd_itself_finds_nothing_wrong(tmp_path: Path) -> None:
    service, timer = units(written("systemd", program=PurePosixPath("/bin/true"), user="root"))
    files = {tmp_path / "casefinder-nightly.service": service, tmp_path / "casefinder-nightly.timer": timer}
    for path, unit in files.items():
        path.write_text(unit)
    asked = subprocess.run(["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True)
    about_ours = [line for line in asked.stderr.splitlines() if "casefinder-nightly" in line]
    assert about_ours == []
    assert asked.returncode == 0


# cron


def test_the_table_sets_shell_path_and_no_mail_and_nothing_else() -> None:
    lines = [line for line in written("cron").splitlines() if line and not line.startswith("#")]
    assert lines[:-1] == ["SHELL=/bin/sh", "PATH=/usr/local/bin:/usr/bin:/bin", 'MAILTO=""']


@on_a_posix_shell
def test_the_shell_starts_the_program_and_its_files_are_private(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s 100% "mine" & <é> $HOME'
    folder.mkdir()
    program = folder / "casefinder"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$3.told"\n')
    program.chmod(0o700)
    text = written("cron", folder / "site.toml", program)
    subprocess.run(["/bin/sh", "-c", cron_command(text)], check=True)
    told = folder / "site.toml.told"
    assert told.read_text().splitlines() == ["nightly", "--config", str(folder / "site.toml")]
    assert told.stat().st_mode & 0o777 == 0o600

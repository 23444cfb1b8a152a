"""A schedule starts the very program with the very settings, read as each system reads its own files."""

import re
import shlex
from datetime import UTC, time
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given

from pipeline.errors import UsageError
from pipeline.night.schedule.schedule import SYSTEMS
from tests.night.schedules import (
    CONFIG,
    LINUX,
    OUT,
    WINDOWS,
    cron_command,
    says_both_quotes,
    setting,
    systemd_words,
    units,
    windows_command,
    written,
)


@given(LINUX, LINUX, LINUX)
@example(PurePosixPath("/a b/100%/$x"), PurePosixPath("/opt/a & b/100%"), PurePosixPath("/it's"))
@example(PurePosixPath('/the "study"'), PurePosixPath("/opt/finder"), PurePosixPath("/a;b/#c"))
@example(CONFIG, PurePosixPath("/opt/it's"), OUT)
def test_systemd_reads_back_any_path_or_it_is_refused(
    config: PurePosixPath, program: PurePosixPath, out: PurePosixPath
) -> None:
    paths = (config, program, out)
    cannot = any(not str(path).isprintable() or "\\" in str(path) or says_both_quotes(path) for path in paths)
    if cannot or re.search("[$'\"]", str(program)):
        with pytest.raises(UsageError):
            written("systemd", config, program, writes=(out,))
        return
    service, _ = units(written("systemd", config, program, writes=(out, OUT)))
    (command,) = setting(service, "ExecStart")
    assert systemd_words(command, variables=True) == [str(program), "nightly", "--config", str(config)]
    places = [systemd_words(value, variables=False) for value in setting(service, "ReadWritePaths")]
    assert places == [[str(out)], [str(OUT)]]


@given(LINUX, LINUX)
@example(PurePosixPath("/it's 100%/a&b"), PurePosixPath("/opt/$(x)/`y`"))
def test_cron_and_its_shell_read_back_any_path_or_it_is_refused(config: PurePosixPath, program: PurePosixPath) -> None:
    if any(not str(path).isprintable() or "\\" in str(path) for path in (config, program)):
        with pytest.raises(UsageError):
            written("cron", config, program)
        return
    command = cron_command(written("cron", config, program))
    start, words = command.split(" exec ", 1)
    assert start == "umask 077; ulimit -c 0;"
    assert shlex.split(words) == [str(program), "nightly", "--config", str(config)]


@given(WINDOWS, WINDOWS)
@example(PureWindowsPath("C:\\Trials & co\\é\\site.toml"), PureWindowsPath("C:\\it's 漢\\casefinder.exe"))
def test_windows_reads_back_any_path_or_it_is_refused(config: PureWindowsPath, program: PureWindowsPath) -> None:
    texts = (str(config), str(program))
    if any(not text.isprintable() or re.search(r'[<>"|?*:%]|\$\(', text[2:]) for text in texts):
        with pytest.raises(UsageError):
            written("windows", config, program)
        return
    assert windows_command(written("windows", config, program)) == [str(program), str(config)]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("bad", ["\n", "\r", "\t", "\x00", "\x1b", "\u2028", "\u202e"])
def test_what_nobody_sees_is_refused_and_not_printed(system: str, bad: str) -> None:
    root = PureWindowsPath("C:\\") if system == "windows" else PurePosixPath("/srv")
    with pytest.raises(UsageError) as refused:
        written(system, config=root / f"a{bad}b" / "site.toml")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("system", "path"),
    [
        ("systemd", "site.toml"),
        ("systemd", "/srv/../etc/site.toml"),
        ("systemd", "//srv/site.toml"),
        ("systemd", "/tmp/site.toml"),
        ("systemd", "/var/tmp/study/site.toml"),
        ("systemd", "C:\\study\\site.toml"),
        ("cron", "study/site.toml"),
        ("cron", "/srv/" + "a" * 900),
        ("windows", "/srv/site.toml"),
        ("windows", "site.toml"),
        ("windows", "D:site.toml"),
        ("windows", "C:\\"),
        ("windows", "\\\\server\\share\\site.toml"),
        ("windows", "C:\\a\\..\\site.toml"),
        ("windows", "C:\\%TEMP%\\site.toml"),
        ("windows", "C:\\$(Arg0)\\site.toml"),
        ("windows", "C:\\study\\site.toml:hidden"),
    ],
)
def test_a_path_that_is_not_whole_or_cannot_be_reached_is_refused(system: str, path: str) -> None:
    kind = PureWindowsPath if system == "windows" else PurePosixPath
    with pytest.raises(UsageError):
        written(system, config=kind(path))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("user", ["", " finder", "a;b", "a\nUser=root", "a:b", "-->", "%u", "a\\b\\c"])
def test_an_account_that_cannot_be_one_is_refused(system: str, user: str) -> None:
    with pytest.raises(UsageError):
        written(system, user=user)


def test_other_systems_and_times_are_refused() -> None:
    with pytest.raises(UsageError, match="windows, systemd or cron"):
        written("launchd")
    for at in (time(2, 30, 1), time(2, 30, tzinfo=UTC)):
        with pytest.raises(UsageError):
            written("cron", at=at)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_steps_come_first(system: str) -> None:
    lines = written(system).splitlines()
    first = {"windows": 1}.get(system, 0)
    assert lines[first].startswith("<!--" if system == "windows" else "# Casefinder every night at 02:30")
    steps = [int(n) for n in re.findall(r"^[# ]*(\d)\. ", "\n".join(lines), re.M)]
    assert steps == list(range(1, len(steps) + 1)) and len(steps) >= 4


# systemd

"""Schedules as their systems read them, and paths that are hard to say."""

import re
import sys
import xml.etree.ElementTree as ET
from datetime import time
from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import strategies as st

from pipeline.night.schedule.schedule import schedule_text

AT = time(2, 30)
PROGRAM = PurePosixPath("/opt/casefinder/bin/casefinder")
CONFIG = PurePosixPath("/srv/study/site.toml")
OUT = PurePosixPath("/srv/study/output")
PROGRAM_WINDOWS = PureWindowsPath(r"C:\Program Files\Casefinder\casefinder.exe")
CONFIG_WINDOWS = PureWindowsPath(r"D:\Study\site.toml")
on_a_posix_shell = pytest.mark.skipif(sys.platform == "win32", reason="runs a POSIX shell")


def written(
    system: str,
    config: PurePath | None = None,
    program: PurePath | None = None,
    at: time = AT,
    user: str = "finder",
    writes: tuple[PurePath, ...] = (OUT,),
    reads: tuple[PurePath, ...] = (),
) -> str:
    own = (CONFIG_WINDOWS, PROGRAM_WINDOWS) if system == "windows" else (CONFIG, PROGRAM)
    return schedule_text(system, config or own[0], program or own[1], at, user, writes, reads)


# What each system makes of its file


def units(text: str) -> tuple[str, str]:
    """The service and the timer between the marks of the two here-documents."""
    service, timer = (
        re.search(rf"<<'{end}'\n(.*?)\n{end}\n", text, re.S) for end in ("END-OF-SERVICE", "END-OF-TIMER")
    )
    assert service and timer
    return service[1], timer[1]


def setting(unit: str, name: str) -> list[str]:
    return [line.removeprefix(f"{name}=") for line in unit.splitlines() if line.startswith(f"{name}=")]


def systemd_words(value: str, variables: bool) -> list[str]:
    """Split at blanks outside quotes; then doubled percent signs, and in arguments doubled dollar signs, are one."""
    words = [double or single or bare for double, single, bare in re.findall(r'"([^"]*)"|\'([^\']*)\'|(\S+)', value)]
    for word in words:
        assert "%" not in word.replace("%%", ""), "a single percent sign begins a specifier"
    plain = [word.replace("%%", "%") for word in words]
    if not variables:
        return plain
    for word in plain[1:]:
        assert "$" not in word.replace("$$", ""), "a single dollar sign may begin a variable"
    return plain[:1] + [word.replace("$$", "$") for word in plain[1:]]


def cron_command(text: str) -> str:
    """The last line without its five fields. A percent sign ends the command unless there is a backslash before it."""
    line = text.splitlines()[-1]
    assert line.startswith("30 2 * * * ")
    command = line.split(" ", 5)[5]
    assert not re.search(r"(?<!\\)%", command)
    assert not re.search(r"\\(?!%)", command), "crons differ in what another backslash means"
    return command.replace("\\%", "%")


def windows_command(text: str) -> list[str]:
    action = ET.fromstring(text).find(".//{*}Exec")
    assert action is not None
    arguments = action.findtext("{*}Arguments") or ""
    quoted = re.fullmatch(r'nightly --config "([^"]*[^"\\])"', arguments)
    assert quoted, "a backslash before the closing mark would make it part of the path"
    return [action.findtext("{*}Command") or "", quoted[1]]


# Any path: it comes back, or is refused for a reason that is named

NASTY = st.sampled_from(" '\"%$&<>;#=\\`*?|:()!~@{}[]^,.-éß漢😀\n\r\t\x00\x7f\u00a0\u2028\u202e\ud800\ufffe")
NAME = st.text(st.one_of(NASTY, st.characters()), min_size=1, max_size=12).filter(
    lambda name: "/" not in name and name not in (".", "..")
)
LINUX = st.lists(NAME, min_size=1, max_size=3).map(lambda names: PurePosixPath("/", *names))
WINDOWS = st.lists(NAME.filter(lambda name: "\\" not in name), min_size=1, max_size=3).map(
    lambda names: PureWindowsPath("C:\\", *names)
)


def says_both_quotes(path: PurePath) -> bool:
    return "'" in str(path) and '"' in str(path)

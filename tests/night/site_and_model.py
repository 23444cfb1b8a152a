"""A site and its model side by side: the same nights and the same hands, and what must be true after each."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine

from pipeline.ledger.counts import count_states
from pipeline.ledger.listed import Listed, people_in
from pipeline.ledger.open import open_ledger
from pipeline.ledger.published import is_purged_whole, published_runs
from pipeline.ledger.verify import verify_ledger
from pipeline.ledger.vocabulary import STATES
from pipeline.night.list_rows import NEW
from pipeline.night.request import NightRequest
from pipeline.night.result import NightResult
from pipeline.night.run_folders import folder_hash
from pipeline.night.run_night import run_night
from pipeline.runs.paths import study_folder
from tests.ledger.both import is_done
from tests.ledger.model import ACTS
from tests.night.model import Model, Standing, Study
from tests.night.small import DAY, PRACTICES, make_site
from tests.night.weeks import STUDIES
from tests.night.world import Delivery, World
from tests.no_quality import nothing_is_found

MEMORY = Path("/dev/shm")
_TELLING = "exclude: [cancer]", "flag: [cancer]"


class SiteAndModel(RuleBasedStateMachine):
    """The quality check is left out: it takes most of so small a night's time, and stops what is changed on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(nothing_is_found())
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.site = make_site(self.folder / "site", STUDIES)
        self.ledger = self.stack.enter_context(open_ledger(self.site.ledger, DAY))
        self.world, self.model = World(), Model({name: Study(name) for name in STUDIES})
        self.letters: set[tuple[str, int]] = set()
        self.today, self.rows = DAY, 0
        self.extracts: dict[str, date] = {}

    def teardown(self) -> None:
        self.stack.close()
        shutil.rmtree(self.folder)

    # Nights

    def days(self, days: int) -> None:
        self.today = max(DAY, self.today + timedelta(days))

    def a_night(self, how: Mapping[str, Delivery]) -> None:
        if set(how.values()) == {"absent"}:
            how = dict.fromkeys(PRACTICES, "fresh")
        self.extracts = self.world.deliver(self.site, how, self.today)
        if self.is_older():
            self.a_night_that_fails(lambda: None, lambda: None, set(STUDIES))
            return
        result = run_night(NightRequest(site=self.site, today=self.today))
        assert not result.failures, [str(one.error) for one in result.failures]
        for study in self.model.studies.values():
            self.model.night(study, self.world, self.extracts, self.today)
            self.lists_are(study, result)

    def is_older(self) -> bool:
        """Whether what lies in the inbox is older than what was searched, so that no study may be searched in it."""
        seen = [(practice, day) for study in self.model.studies.values() for practice, day in study.seen.items()]
        return any(self.extracts.get(practice, day) < day for practice, day in seen)

    def lists_are(self, study: Study, result: NightResult) -> None:
        """Exactly whom the model says, practice by practice; the new marked, and counted."""
        (night,) = (one for one in result.studies if one.study == study.name)
        assert {one.practice_id for one in night.practices if one.listed is not None} == set(study.extracts)
        who = {one.study_code: int(one.registration.patient_id) for one in self.listed(study.name)}
        for one in night.practices:
            if one.practice_id in study.extracts:
                rows = {who[row["study_code"]]: row for row in read(night.folder, one.practice_id)}
                assert rows.keys() == study.listed(one.practice_id)
                new = {each for each in rows if study.is_new(each)}
                assert (one.listed, one.new) == (len(rows), len(new))
                for each, row in rows.items():
                    is_seen = study.people[each].sight == "found"
                    assert (NEW in row["flags"].split("; ")) == (each in new and is_seen)
                    assert row["first_listed"] == str(study.people[each].first)

    def a_night_that_fails(self, spoil: Callable[[], object], mend: Callable[[], object], studies: set[str]) -> None:
        """Of the studies that cannot be searched, yesterday's lists stand; nothing of them is changed."""
        before = {name: self.stands(name) for name in studies}
        spoil()
        result = run_night(NightRequest(site=self.site, today=self.today))
        mend()
        assert result.exit_code and {one.study for one in result.studies} == set(STUDIES) - studies
        assert {name: self.stands(name) for name in studies} == before

    def stands(self, study: str) -> object:
        """The lists of a study whose people were all erased are removed, whatever becomes of the night's search."""
        is_over = is_purged_whole(self.ledger, study)
        runs = [replace(run, is_removed=run.is_removed or is_over) for run in published_runs(self.ledger, study)]
        return runs, people_in(self.ledger, study, *STATES)

    def change_rule(self, study: Study) -> None:
        """A new version, which holds cancer against people, or does not any more."""
        path = self.folder / "site" / f"{study.name}.yaml"
        before, after = _TELLING if study.cancer_excludes else _TELLING[::-1]
        text = path.read_text(encoding="utf-8").replace(before, after)
        version = int(text.split("version: ")[1].split()[0])
        path.write_text(text.replace(f"version: {version}", f"version: {version + 1}"), encoding="utf-8")
        study.cancer_excludes = not study.cancer_excludes

    # Hands

    def listed(self, study: str) -> tuple[Listed, ...]:
        return people_in(self.ledger, study, *STATES)

    def pick(self, chosen: int, states: set[str]) -> tuple[Study, int, str] | None:
        """Mostly somebody to whom it may be done; sometimes anybody, who is to be refused."""
        people = [(study, who) for study in self.model.studies.values() for who in sorted(study.people)]
        fitting = [(study, who) for study, who in people if study.people[who].state in states]
        people = fitting if fitting and chosen % 5 else people
        if not people:
            return None
        study, who = people[chosen % len(people)]
        return study, who, self.code(study.name, who)

    def code(self, study: str, who: int) -> str:
        (code,) = (one.study_code for one in self.listed(study) if one.registration.patient_id == str(who))
        return code

    def act(self, chosen: int, act: str, do: Callable[[str, str], object], reason: str | None = None) -> int | None:
        """Do it, and see that it is done if it may be, and refused if not. Returns to whom it was done."""
        picked = self.pick(chosen, ACTS[act])
        if picked is None:
            return None
        study, who, code = picked
        return who if self.try_act(study, who, act, lambda: do(study.name, code), reason) else None

    def try_act(self, study: Study, who: int, act: str, do: Callable[[], object], reason: str | None = None) -> bool:
        if not is_done(do, self.model.may(study, who, act, self.today)):
            return False
        if act == "exported":
            is_again = study.people[who].state == "exported"  # the same letter: its batch was lost before it was posted
            self.letter(study, who, is_again)
            if is_again:
                return True
        study.people[who].go(act, reason, self.today)
        return True

    def letter(self, study: Study, who: int, is_again: bool) -> None:
        """Said without the model's states: what must be true of whoever gets one."""
        one = study.people[who]
        assert ((study.name, who) in self.letters) == is_again, "one person, one letter"
        assert who in study.fit, "nobody dead, gone, missing or excluded, by the newest extract that was searched"
        assert self.model.barred(study.name, who) is None, "nobody who said no, nobody written to"
        assert one.state == ("exported" if is_again else "approved"), "nobody unreviewed"
        one.letters = 1
        self.letters.add((study.name, who))

    # What is always so

    def assert_same(self) -> None:
        for study in self.model.studies.values():
            found = {int(one.registration.patient_id): one for one in self.listed(study.name)}
            assert found.keys() == study.people.keys(), "everybody is one person, in one state"
            for who, one in found.items():
                assert facts(one) == facts_of(study.people[who])
            assert sum(count_states(self.ledger, study.name).values()) >= len(found)

    def assert_whole(self) -> None:
        verified = verify_ledger(self.site.ledger)
        assert verified.newer == 0 and verified.head.seq >= self.rows
        self.rows = verified.head.seq
        for study in STUDIES:
            runs = [run for run in published_runs(self.ledger, study) if not run.is_removed]
            folder = study_folder(self.site.output, study)
            assert all(folder_hash(folder / run.folder) == run.fingerprint for run in runs)


def facts(one: Listed) -> tuple[object, ...]:
    first = one.first_listed if one.state != "lapsed" else None
    return one.state, one.reason, one.registration.practice_id, first


def facts_of(one: Standing) -> tuple[object, ...]:
    return one.state, one.reason, one.practice, one.first


def read(folder: Path, practice: str) -> list[dict[str, str]]:
    with (folder / "lists" / practice / "invitation-list.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))

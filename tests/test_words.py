"""One word means one thing, and every sentence is plain English.

The glossary and the code agree, and phrases that sound translated stay out.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GLOSSARY = ROOT / "docs" / "glossary.md"

# Folders and files whose sentences are checked. Never narrow it.
ROOMS = (
    "rules",
    "codelists",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "benchmarks",
    "casefinder.py",
    "cli",
    "docs",
    "pipeline",
    "synthetic_data",
)
GENERATED = ROOT / "docs" / "reference"  # its sentences are those of the spec tests
FROZEN = ROOT / "pipeline" / "ledger" / "migrations"  # every ledger keeps this text in its schema
WRITTEN = (".py", ".md", ".yaml", ".html", ".txt", ".sql")

# A pattern, and what to write in its place. Case is ignored; a space matches a line end too.
BANNED = (
    (
        r"(?<!there\s)(?<!here\s)\b(?:is|are|was|were) no "
        r"(?:store|list|number|rule|file|day|date|code|person|people|table|folder|word|row|text|product|medicine|practice"
        r"|ledger|digit|key|name|issue|line|note|certificate|gap|reader|prescription|path|registration|event|loss)s?\b",
        "is not a ...",
    ),
    (r"\b(?:in|on|of|by|to|from) no (?:list|file|folder|table|dictionary|day|row|range|practice|leap)\b", "not in any"),
    (r"\bwhat is no\b", "anything that is not"),
    (r"\bmend(?:s|ed|ing)?\b", "fix"),
    (r"\blook (?:whether|how)\b", "check whether, check how"),
    (r"\b(?:is, is|are, are|was, was)\b", "put the subject first"),
    (r"\bis not asked\b", "is not checked"),
    (r"\bas (?:new|old|early|late) as (?:it|they) can be\b", "treated as the newest possible"),
    (r"\bthere (?:is|was) nothing to (?:review|do|be|look|read)\b", "you have no one to review"),
    (r"\bnothing (?:else )?needs to\b", "you do not need to do anything"),
    (r"\bof (?:theirs|ours|yours)\b", "their, our, your"),
    (r"\bthat is to say\b", "leave it out"),
    (r"\btold by\b", "recognised by"),
    (r"\bcannot be told\b", "cannot be worked out"),
    (r"\bbesides\b", "also, as well"),
    (r"\bso many\b", "a number of, that many"),
    (r"\bwhoever\b", "the person who, anyone who"),
    (r"\bsomebody\b", "someone, a person"),
    (r"\banybody\b", "anyone"),
    (r"\beverybody\b", "everyone"),
    (r"\bwhom\b", "who"),
    (r"\bparted\b", "separated"),
    (r"\bat hand\b", "available"),
    (r"\bfor ever\b", "permanently"),
    (r"\bleaves? behind\b", "writes, leaves"),
    (r"\bbut for\b", "except"),
    (r"\bbar (?:the|those|a)\b", "except"),
    (r"\bthe one or the other\b", "one of them"),
    (r"\b(?:is|are|was|were) said\b", "is reported, is shown"),
    (r"\bsa(?:y|ys|id) (?:nothing )?of\b", "says about"),
    (r"\bspeaks? of\b", "mentions, is about"),
    (r"\bof which (?:delivery|day|format|practice|night)\b", "which ... it belongs to"),
    (r"\b(?:is|are) of (?:the|this|another|sharing|delivery|patients|its)\b", "belongs to, is about"),
    (r"\bwhat concerns\b", "about"),
    (r"\b(?:afresh|anew)\b", "again, from scratch"),
    (r"\bin the place of\b", "instead of"),
    (r"\bt(?:ake|akes|ook|aken) the place of\b", "replaces"),
    (r"\b(?:is|are) (?:not )?to be (?:trusted|believed|known|reviewed)\b", "can be trusted, must be known"),
    (r"\b(?:may|must) (?:not )?be believed\b", "can be trusted"),
    (r"\bto be wary of\b", "warnings"),
    (r"\bno more\b(?! than)", "no longer"),
    (r"\bmost often\b", "usually"),
    (r"\b(?:in silence|without a word)\b", "silently, without a message"),
    (r"\bin truth\b(?!\.)", "really"),
    (r"\bt(?:aken|akes|ake|ook) for (?:a|an|the|one|none|whole|valid|old|missing)\b", "treated as"),
    (r"\bgiv(?:es?|ing) back\b|\bgave back\b", "returns"),
    (r"\bhow (?:they|people|everyone) are\b", "what state they are in"),
    (r"\b(?:changed|turns?|turned) round\b", "swapped, reversed"),
    (r"\b(?:lies?|lay) (?:there|here|beside|outside|ready)\b", "is in, is next to"),
    (r"\bst(?:ands?|ood) (?:under|beside|twice|once|there)\b", "is in, is listed, appears"),
    (r"\ba word (?:about|of)\b", "a message about"),
    (r"\btyp(?:ed|ing) in\b", "recorded, entered, typed into"),
    (r"\b(?:hold|holds|held) (?:\w+ ){0,3}against\b", "compares with"),
    (r"\bbears? (?:a|the|one)\b", "has"),
    (r"\ba (?:fault|bug) of\b", "a bug in"),
    (r"\bas against\b", "unlike"),
    (r"\bgrave(?:r|st|ly)?\b", "serious"),
    (r"\bamiss\b", "wrong"),
    (
        r"\b(?:amid|in the midst|upon|thereof|wherein|therein|whereof|thence|whence|hence|lest|shall|hitherto)\b",
        "plain words",
    ),
    (r"\b(?:e\.g\.|i\.e\.|etc\.)", "for example, that is, and so on"),
)


def test_no_phrase_sounds_translated() -> None:
    assert sorted(hit for file in _files(ROOMS) for hit in _hits(file)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "This folder is no store.",
        "The list must be mended.",
        "Look whether decisions were typed in it.",
        "How old the extract is, is asked elsewhere.",
        "An undated row is as new\n    as it can be.",
        "There is nothing to review.",
        "Whoever runs it decides.",
    ],
)
def test_a_translated_phrase_is_found(sentence: str) -> None:
    assert list(_phrases(sentence))


@pytest.mark.parametrize("sentence", ["There is no store here.", "No more than 10 lines.", "It is not a store."])
def test_plain_english_passes(sentence: str) -> None:
    assert list(_phrases(sentence)) == []


def test_every_code_name_in_the_glossary_exists() -> None:
    names = [name for _, code in _entries() for name in re.findall(r"`([^`]+)`", code)]
    assert len(names) > 50
    assert [name for name in names if not _exists(name)] == []


def test_every_term_in_the_glossary_is_used_and_explained_once() -> None:
    terms = [term for terms, _ in _entries() for term in terms]
    assert sorted(terms) == sorted(set(terms))
    files = (file for file in _files(("docs", "pipeline", "cli", "README.md")) if file != GLOSSARY)
    written = " ".join(" ".join(text.lower().split()) for file in files for _, text in _texts(file))
    assert [terms for terms, _ in _entries() if not any(term in written for term in terms)] == []


def _entries() -> list[tuple[list[str], str]]:
    """Each row of the glossary's tables: its terms in lower case, and the cell with its names in the code."""
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
        if line.startswith("| **")
    ]
    assert {len(cells) for cells in rows} == {4}
    return [(cells[0].strip("*").lower().split(", "), cells[3]) for cells in rows]


def _exists(name: str) -> bool:
    """Whether a file or folder `pipeline/a/b` is there, or a module `pipeline.a.b` defines or quotes `word`."""
    if "/" in name:
        return (ROOT / name).exists()
    module, _, word = name.rpartition(".")
    file = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    defined = rf'^\s*(?:(?:class|def) )?{word}\b\s*[:=(\[]|"{word}"'
    return file.exists() and re.search(defined, file.read_text(encoding="utf-8"), re.MULTILINE) is not None


def _files(rooms: tuple[str, ...]) -> Iterator[Path]:
    for room in rooms:
        place = ROOT / room
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.suffix in WRITTEN and not {GENERATED, FROZEN} & {*file.parents}:
                yield file


def _hits(file: Path) -> Iterator[str]:
    for line, text in _texts(file):
        for further, phrase, instead in _phrases(text):
            yield f"{file.relative_to(ROOT)}:{line + further}: {phrase!r}: write {instead!r}"


def _phrases(text: str) -> Iterator[tuple[int, str, str]]:
    """Each banned phrase with its line, counted from 0, and what to write in its place."""
    for pattern, instead in BANNED:
        for found in re.finditer(pattern.replace(" ", r"\s+"), text, re.IGNORECASE):
            around = text[max(0, found.start() - 30) : found.end() + 20]
            yield text.count("\n", 0, found.start()), " ".join(around.split()), instead


def _texts(file: Path) -> Iterator[tuple[int, str]]:
    """The sentences of a file and the lines they begin on: strings and comments of Python, all of anything else."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        yield 1, text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    for _, block in groupby(enumerate(comments), lambda place: place[1] - place[0]):
        lines = [line for _, line in block]
        yield lines[0], "\n".join(comments[line] for line in lines)

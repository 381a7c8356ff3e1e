"""The docs say what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.cloudformation_page import cloudformation_page
from scripts.reference import cli_page, settings_page
from scripts.support_page import athena_page

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROGRAM_PAGES = [
    ("athena.md", athena_page),
    ("cli.md", cli_page),
    ("cloudformation.md", cloudformation_page),
    ("settings.md", settings_page),
]


@pytest.mark.parametrize(("page", "written"), PROGRAM_PAGES)
def test_reference_pages_are_what_the_program_says(page: str, written: object) -> None:
    assert callable(written)
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == written(), "python -m scripts.reference"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    missing = [
        target for target in targets if "://" not in target and not (page.parent / target).resolve().exists()
    ]
    assert not missing


def test_every_decision_answers_the_same_questions() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert len(decisions) >= 10
    for decision in decisions:
        headings = re.findall(r"^## (.*)$", decision.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["The question", "What was chosen", "What it costs", "When to choose again"], (
            decision
        )


def test_every_make_target_is_in_the_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    described = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert sorted(phony.group(1).split()) == sorted(described)

"""A version is said once and meant everywhere."""

import re
import tomllib
from importlib import metadata

import yaml

import hansa
from tests.house.source import ROOT


def test_version_is_the_same_in_package_project_and_public_code() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    public = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))

    assert hansa.__version__ == project["version"] == public["softwareVersion"]
    assert metadata.version("hansa") == hansa.__version__


def test_changelog_opens_with_the_present_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (\S+)", text, re.MULTILINE)

    assert headings[0] == hansa.__version__


def test_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text

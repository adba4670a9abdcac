"""Rules that are not in force: the text of a person's edit, read as a file of the folder is."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from hansa.base.problems import BadFile
from hansa.base.settings import CitySettings
from hansa.base.vocabulary import Vocabulary
from hansa.watch.loading import load_rules
from hansa.watch.rules import Rule

_NAME = "draft.yaml"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a text of rules is checked against."""

    vocabulary: Vocabulary
    settings: CitySettings

    def rules(self, text: str) -> tuple[Rule, ...]:
        """The rules of the text; BadFile names line and field, and no path of this machine."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / _NAME).write_text(text, encoding="utf-8")
            try:
                found = load_rules(
                    Path(folder), self.vocabulary, self.settings.languages, self.settings.zone
                )
            except BadFile as refused:
                where = refused.where.replace(f"{folder}/", "")
                raise BadFile(
                    refused.detail, where=where, rule=refused.rule, remedy=refused.remedy
                ) from refused
        return tuple(replace(rule, where=rule.where.replace(f"{folder}/", "")) for rule in found)

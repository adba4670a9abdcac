"""The table of docs/connectors.md, made from the manifests: `python tests/house/connectors.py`."""

from pathlib import Path

from hansa.sectors.connectors.manifest import Limit, Manifest, Setting, load_manifests

PAGE = Path(__file__).resolve().parents[2] / "docs" / "connectors.md"
CONNECTORS = PAGE.parents[1] / "src" / "hansa" / "sectors" / "connectors"
HEAD = """\
# Connectors

How data come in. A mapping in a city's `sources/*.yaml` names its connector and writes the
settings below under `settings` (those of `files` at the top); what its columns mean is said in one
language for all of them ([sectors](../src/hansa/sectors/README.md)). An address is called only if
`city.yaml: egress.allow` lists its origin; until then the source is shown as not called. A secret
is `{file: NAME}`, a file in the home's `secrets/`, or `{env: HANSA_NAME}`, never a text in the
folder.

This page is made from the manifests by `python tests/house/connectors.py`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(one) for one in load_manifests())])


def _section(one: Manifest) -> str:
    rows = [_row(name, setting) for name, setting in one.settings.items()]
    limits = [_limit(limit) for limit in one.limits.values()]
    lines = [
        f"## {one.name}",
        "",
        f"{one.about['en']} {_standard(one)}".strip(),
        "",
        "| setting | what | kind | if absent |",
        "|---|---|---|---|",
        *rows,
        "",
        f"Health: {one.health['en']}",
        *(("", f"Limits: {'; '.join(limits)}.") if limits else ()),
        *_example(one),
        "",
    ]
    return "\n".join(lines)


def _example(one: Manifest) -> tuple[str, ...]:
    path = CONNECTORS / one.name.replace("-", "_") / "example.yaml"
    if not path.exists():
        return ()
    return ("", "```yaml", path.read_text(encoding="utf-8").rstrip(), "```")


def _limit(limit: Limit) -> str:
    unit = "" if limit.unit == "1" else f" {limit.unit}"
    return f"{limit.words['en']} {limit.value:,}{unit}"


def _standard(one: Manifest) -> str:
    if one.standard is None:
        return ""
    text = " ".join(filter(None, (one.standard.name, one.standard.version)))
    return (
        f"Standard: [{text}]({one.standard.link})." if one.standard.link else f"Standard: {text}."
    )


def _row(name: str, setting: Setting) -> str:
    kind = ", ".join(setting.choices) or setting.kind
    kind += f" ({setting.unit})" if setting.unit not in ("", "1") else ""
    absent = "must be written" if setting.required else _default(setting)
    return f"| `{name}` | {setting.words['en']} | {kind} | {absent} |"


def _default(setting: Setting) -> str:
    return "" if setting.default in (None, "") else f"`{setting.default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

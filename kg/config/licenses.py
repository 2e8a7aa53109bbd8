"""Licences of data by their short names (SPDX), each with the address by which its publisher names it.

The addresses are those of the Open Definition's register (github.com/okfn/licenses, `licenses.csv`); those of Open Data Commons,
which the register names by pages of its own, are those under which the licences stand at opendatacommons.org.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from kg import terms
from kg.errors import TermError

_CREATIVE_COMMONS = "https://creativecommons.org"
_OPEN_DATA_COMMONS = "https://opendatacommons.org/licenses"
LICENSES: Mapping[str, str] = {
    "CC0-1.0": f"{_CREATIVE_COMMONS}/publicdomain/zero/1.0/",
    "CC-BY-4.0": f"{_CREATIVE_COMMONS}/licenses/by/4.0/",
    "CC-BY-SA-4.0": f"{_CREATIVE_COMMONS}/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": f"{_CREATIVE_COMMONS}/licenses/by-nc/4.0/",
    "CC-BY-ND-4.0": f"{_CREATIVE_COMMONS}/licenses/by-nd/4.0/",
    "CC-BY-NC-SA-4.0": f"{_CREATIVE_COMMONS}/licenses/by-nc-sa/4.0/",
    "CC-BY-NC-ND-4.0": f"{_CREATIVE_COMMONS}/licenses/by-nc-nd/4.0/",
    "ODC-By-1.0": f"{_OPEN_DATA_COMMONS}/by/1-0/",
    "ODbL-1.0": f"{_OPEN_DATA_COMMONS}/odbl/1-0/",
    "PDDL-1.0": f"{_OPEN_DATA_COMMONS}/pddl/1-0/",
}
_NAMES = {name.lower(): name for name in LICENSES}


def license_iri(text: str) -> str:
    """Return the IRI of a licence, which is given as such or by its short name. Raises `TermError` for what is neither."""
    if terms.is_iri(text):
        return text
    if name := _NAMES.get(text.lower()):
        return LICENSES[name]
    near = difflib.get_close_matches("-".join(text.lower().split()), _NAMES, 1)
    hint = f"did you mean {_NAMES[near[0]]!r}?" if near else f"names that are known: {', '.join(LICENSES)}"
    raise TermError(f"a licence is an address such as {LICENSES['CC-BY-4.0']}, not {text[:80]!r}; {hint}")

"""What other readers find in a log: `python read_formats.py FILE…`, last line JSON by file and reader.

XES by pm4py and by r4pm; OCEL 2.0 (`.json`, `.jsonocel`, `.sqlite`) by both, and by pm4py's check of the relations.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

os.environ["TQDM_DISABLE"] = "1"
warnings.filterwarnings("ignore")

import pm4py  # noqa: E402
import r4pm  # noqa: E402
from pm4py.objects.ocel.validation import ocel20_rel_validation  # noqa: E402


def read_xes(path: str) -> dict[str, Any]:
    """Events and cases, by each reader."""
    theirs = pm4py.read_xes(path)
    other, _ = r4pm.df.import_xes(path)
    return {
        "pm4py": [len(theirs), theirs["case:concept:name"].nunique()],
        "r4pm": [len(other), other["case:concept:name"].n_unique()],
    }


def read_ocel(path: str) -> dict[str, Any]:
    """Events, objects, relations of events, and relations of objects, by each reader."""
    is_table = path.endswith(".sqlite")
    theirs = (pm4py.read_ocel2_sqlite if is_table else pm4py.read_ocel2_json)(path)
    other = r4pm.df.import_ocel(path)
    out = {
        "pm4py": [len(theirs.events), len(theirs.objects), len(theirs.relations), len(theirs.o2o)],
        "r4pm": [other[name].shape[0] for name in ("events", "objects", "relations", "o2o")],
    }
    if is_table:
        out["unsatisfied"] = ocel20_rel_validation.apply(path)[1]
    return out


found = {Path(path).name: (read_xes if ".xes" in path else read_ocel)(path) for path in sys.argv[1:]}
print(json.dumps(found))

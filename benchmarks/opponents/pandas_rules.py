"""The heavier rules as one would write them in pandas by hand: `python pandas_rules.py <data set>` prints, as JSON, the
seconds and the hits of each, reading its columns from Parquet included. Nothing here comes from the program.

Hits are counted and, with `--hits FOLDER`, written as `<rule>.parquet` (case_id, at), so that they can be compared.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset as pads

DATA = Path(sys.argv[1])
TODAY = pd.Timestamp(json.loads((DATA / "dataset.json").read_text())["asof"])
SYSTEM = "system"


def read(table: str, *columns: str) -> pd.DataFrame:
    found = pads.dataset(DATA / table, format="parquet").to_table(columns=list(columns)).to_pandas(date_as_object=False)
    for name in found.columns:
        if name.endswith("_on") or name in ("day", "until", "next_working", "first_day", "last_day"):
            found[name] = pd.to_datetime(found[name])
    return found


def days() -> pd.DataFrame:
    return read("calendar", "day", "working", "ordinal", "number", "next_working", "month", "day_of_month",
                "last_of_month", "published")  # fmt: skip


def overdue(clocks: pd.DataFrame) -> pd.DataFrame:
    """case_id, at, start, amount, unit, extension, stopped → those past their last day, suspensions counted."""
    day = days()
    by_day = day.set_index("day")
    first = day["day"].min()
    index = lambda when: (when - first).dt.days.to_numpy()  # noqa: E731
    ordinal, number = day["ordinal"].to_numpy(), day["number"].to_numpy()
    clocks = clocks[(clocks["unit"] != "") & clocks["start"].notna()].copy()
    clocks = clocks[clocks["start"].isin(by_day.index)].reset_index(drop=True)
    clocks["until"] = clocks["stopped"].fillna(TODAY).clip(upper=TODAY)
    at = index(clocks["start"])
    total = clocks["amount"] + clocks["extension"]
    work = (clocks["unit"] == "workday").to_numpy()
    months = (clocks["unit"] == "month").to_numpy()
    budget = total.to_numpy().copy()
    if months.any():
        for amount in np.unique(total[months]):
            chosen = months & (total == amount).to_numpy()
            ends = clocks.loc[chosen, "start"] + pd.DateOffset(months=int(amount))
            budget[chosen] = (ends - clocks.loc[chosen, "start"]).dt.days
    clocks["origin"] = np.where(work, ordinal[at], number[at])
    clocks["budget"] = budget
    stops = read("surveys", "case_id", "started_on", "ended_on", "stops")
    stops = stops[stops["stops"]].drop(columns="stops")
    cut = clocks[clocks["unit"] != "immediate"].merge(stops, on="case_id")
    cut["begin"] = cut[["started_on", "start"]].max(axis=1)
    cut["end"] = cut["ended_on"].fillna(cut["until"])
    cut = cut[cut["end"] > cut["begin"]].sort_values(["case_id", "at", "begin", "end"])
    key = ["case_id", "at"]
    held = None
    if len(cut):
        reached = cut.groupby(key)["end"].cummax().groupby([cut["case_id"], cut["at"]]).shift()
        cut["island"] = (reached.isna() | (cut["begin"] > reached)).cumsum()
        united = cut.groupby([*key, "unit", "origin", "budget", "island"], as_index=False).agg(
            begin=("begin", "min"), end=("end", "max")
        )
        worked = (united["unit"] == "workday").to_numpy()
        b, e = index(united["begin"]), index(united["end"])
        united["started"] = np.where(worked, ordinal[b], number[b])
        united["suspended"] = np.where(worked, ordinal[e], number[e]) - united["started"]
        united = united.sort_values([*key, "begin"])
        held = united.loc[united["unit"] != "workday", [*key, "begin", "end"]]
        before = united.groupby(key)["suspended"].cumsum() - united["suspended"]
        united = united[united["started"] - united["origin"] - before < united["budget"]]
        extra = united.groupby(key)["suspended"].sum().rename("extra").reset_index()
        clocks = clocks.merge(extra, on=key, how="left")
        clocks["extra"] = clocks["extra"].fillna(0).astype("int64")
    else:
        clocks["extra"] = 0
    last = (clocks["origin"] + clocks["budget"] + clocks["extra"]).to_numpy()
    workdays = day[day["working"]]
    place = np.clip(np.searchsorted(workdays["ordinal"].to_numpy(), last), 0, len(workdays) - 1)
    by_work = workdays["day"].to_numpy()[place]
    place = np.clip(np.searchsorted(number, last), 0, len(day) - 1)
    by_number = day["next_working"].to_numpy()[place]
    work = (clocks["unit"] == "workday").to_numpy()
    begins = (clocks["unit"] == "immediate").to_numpy() | (work & (clocks["budget"] == 0).to_numpy())
    clocks["due"] = np.where(begins, clocks["start"].to_numpy(), np.where(work, by_work, by_number))
    while held is not None and len(held):  # an end that falls into a suspension: the first working day after it
        met = clocks.reset_index().merge(held, on=key)
        met = met[(met["begin"] < met["due"]) & (met["due"] <= met["end"])]
        if met.empty:
            break
        resumes = (met["end"] + pd.Timedelta(days=1)).map(by_day["next_working"])
        clocks.loc[met["index"], "due"] = resumes.groupby(met["index"]).max()
    certain = by_day["published"].reindex(clocks["due"]).to_numpy()
    return clocks[(clocks["until"] > clocks["due"]).to_numpy() & (certain == True)]  # noqa: E712


def clocks(
    case: pd.DataFrame, at: str, start: str, limit: str, stopped: pd.Series, extension: object = 0
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "case_id": case["case_id"], "at": at, "start": case[start], "amount": case[limit],
            "unit": case[f"{limit}_unit"], "extension": extension, "stopped": stopped,
        }
    )  # fmt: skip


def with_standard(case: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return case.merge(read("standards", "standard", *columns), on="standard")


def watched(rule: str, found: pd.DataFrame) -> pd.DataFrame:
    """Only cases whose standard sets a supervision point for the rule."""
    points = read("points", "standard", "rule")
    standards = points.loc[points["rule"] == rule, "standard"].unique()
    case = read("cases", "case_id", "standard")
    return found[found["case_id"].isin(case.loc[case["standard"].isin(standards), "case_id"])]


def t01() -> pd.DataFrame:
    case = with_standard(
        read("cases", "case_id", "standard", "received_on", "submitted_on", "silent", "accepted_on", "corrected_on",
             "decided_on", "closed_on"), "accept_within", "accept_within_unit")  # fmt: skip
    notice = read("notices", "case_id", "kind", "issued_on")
    asked = notice[notice["kind"] == "correction_asked"].groupby("case_id")["issued_on"].min().rename("asked_on")
    case = case.merge(asked, on="case_id", how="left")
    told = case["accepted_on"].where(~case["silent"])
    answered = case["decided_on"].fillna(case["closed_on"])
    case["from"] = case["received_on"].fillna(case["submitted_on"])
    one = clocks(case, "accept", "from", "accept_within", case["asked_on"].fillna(told).fillna(answered))
    again = case[case["corrected_on"].notna()]
    two = clocks(again, "again", "corrected_on", "accept_within", told.fillna(answered).loc[again.index])
    return watched("R-T01", overdue(pd.concat([one, two], ignore_index=True)))


def t02() -> pd.DataFrame:
    case = with_standard(
        read("cases", "case_id", "standard", "accepted_on", "decided_on", "closed_on", "extension"),
        "promised", "promised_unit", "statutory_unit")  # fmt: skip
    extension = case["extension"].where(case["promised_unit"] == case["statutory_unit"], 0)
    stopped = case["decided_on"].fillna(case["closed_on"])
    return watched("R-T02", overdue(clocks(case, "promised", "accepted_on", "promised", stopped, extension)))


def t03() -> pd.DataFrame:
    case = with_standard(
        read("cases", "case_id", "standard", "received_on", "accepted_on", "decided_on", "closed_on", "extension"),
        "statutory", "statutory_unit", "statutory_from")  # fmt: skip
    case = case[case["accepted_on"].notna()].copy()
    applied = case["received_on"].fillna(case["accepted_on"])
    case["begin"] = applied.where(case["statutory_from"] == "apply", case["accepted_on"])
    stopped = case["decided_on"].fillna(case["closed_on"])
    return watched("R-T03", overdue(clocks(case, "statutory", "begin", "statutory", stopped, case["extension"])))


def t04() -> pd.DataFrame:
    step = read("steps", "case_id", "step", "round", "opened_on", "opened_seq", "concluded_on", "concluded_seq",
                "sent_back_by", "limit", "limit_unit")  # fmt: skip
    step = step.merge(read("cases", "case_id", "decided_on", "closed_on"), on="case_id")
    act = read("events", "case_id", "kind", "step", "seq", "occurred_on")
    back = act[act["kind"] == "sent_back"].rename(columns={"step": "by"})
    left = step[(step["sent_back_by"] != "") & step["concluded_seq"].isna()].merge(back, on="case_id")
    left = left[(left["by"] == left["sent_back_by"]) & (left["seq"] > left["opened_seq"])]
    left = left.groupby(["case_id", "step", "round"])["occurred_on"].min().rename("left_on")
    step = step.merge(left, on=["case_id", "step", "round"], how="left")
    stopped = step["concluded_on"].fillna(step["left_on"]).fillna(step["decided_on"]).fillna(step["closed_on"])
    made = pd.DataFrame(
        {
            "case_id": step["case_id"], "at": step["step"] + "/" + step["round"].astype(str),
            "start": step["opened_on"], "amount": step["limit"], "unit": step["limit_unit"],
            "extension": 0, "stopped": stopped,
        }
    )  # fmt: skip
    return watched("R-T04", overdue(made))


def t06() -> pd.DataFrame:
    case = with_standard(
        read("cases", "case_id", "standard", "decided_on", "delivered_on", "closed_on"),
        "deliver_within", "deliver_within_unit")  # fmt: skip
    stopped = case["delivered_on"].fillna(case["closed_on"])
    return watched("R-T06", overdue(clocks(case, "deliver", "decided_on", "deliver_within", stopped)))


def p01() -> pd.DataFrame:
    case = read("cases", "case_id", "standard", "granted")
    steps = read("steps", "case_id", "step", "round", "opened_seq", "concluded_seq", "sent_back_by")
    step = steps.merge(case[["case_id", "standard"]], on="case_id")
    pair = step.merge(read("standard_order", "standard", "step", "after"), on=["standard", "step"])
    rounds = steps.rename(
        columns={"step": "after", "opened_seq": "began", "concluded_seq": "ended", "sent_back_by": "back"}
    ).drop(columns="round")
    pair = pair.merge(rounds, on=["case_id", "after"])
    unfinished = (pair["ended"] > pair["opened_seq"]) | (pair["ended"].isna() & (pair["back"] == ""))
    pair["done"] = pair["ended"] < pair["opened_seq"]
    pair["awaited"] = (pair["began"] < pair["opened_seq"]) & unfinished
    order = pair.groupby(["case_id", "step", "round", "after"], as_index=False)[["done", "awaited"]].max()
    early = order[~order["done"] | order["awaited"]].copy()
    early["at"] = "order/" + early["step"] + "/" + early["round"].astype(str) + "/" + early["after"]
    must = read("standard_steps", "standard", "step", "conditional")
    granted = case[case["granted"].fillna(False).astype(bool)]
    wanted = granted.merge(must[~must["conditional"]], on="standard")
    taken = steps.loc[steps["concluded_seq"].notna(), ["case_id", "step"]].drop_duplicates()
    missing = wanted.merge(taken, on=["case_id", "step"], how="left", indicator=True)
    missing = missing[missing["_merge"] == "left_only"].copy()
    missing["at"] = "missing/" + missing["step"]
    return watched("R-P01", pd.concat([early[["case_id", "at"]], missing[["case_id", "at"]]]))


def p02() -> pd.DataFrame:
    case = read("cases", "case_id", "instant")
    step = read("steps", "case_id", "step", "round", "kind", "opened_at", "concluded_at", "concluded_by",
                "opened_seq", "concluded_seq")  # fmt: skip
    step = step[(step["kind"] == "review") & step["concluded_at"].notna() & (step["concluded_by"] != SYSTEM)]
    step = step[step["case_id"].isin(case.loc[~case["instant"], "case_id"])].copy()
    spent = (step["concluded_at"] - step["opened_at"]).dt.total_seconds() // 1
    quick = step[(step["opened_seq"] < step["concluded_seq"]) & (spent >= 0) & (spent < 60)].copy()
    quick["at"] = "quick/" + quick["step"] + "/" + quick["round"].astype(str)
    act = read("events", "case_id", "seq", "person", "post", "source", "device", "session", "occurred_on")
    act = act[(act["post"] != "") & (act["person"] != SYSTEM) & (act["source"] != "migrated")]
    seat = act.assign(place=act["device"].where(act["device"] != "", act["session"]))
    seat = seat.loc[seat["place"] != "", ["case_id", "place", "person", "seq"]]
    two = seat.merge(seat, on=["case_id", "place"], suffixes=("", "_other"))
    two = two[(two["person"] != two["person_other"]) & (two["seq"] > two["seq_other"])]
    two = two[["case_id", "seq"]].drop_duplicates()
    two["at"] = "place/" + two["seq"].astype(str)
    held = act[["case_id", "seq", "post", "person", "occurred_on"]].merge(
        read("holders", "post", "person", "first_day", "last_day"), on=["post", "person"]
    )
    held = held[(held["first_day"] <= held["occurred_on"])
                & (held["last_day"].isna() | (held["occurred_on"] <= held["last_day"]))]  # fmt: skip
    seated = act[["case_id", "seq"]].merge(
        held[["case_id", "seq"]].drop_duplicates(), on=["case_id", "seq"], how="left", indicator=True
    )
    unseated = seated[seated["_merge"] == "left_only"].copy()
    unseated["at"] = "post/" + unseated["seq"].astype(str)
    return watched("R-P02", pd.concat([one[["case_id", "at"]] for one in (quick, two, unseated)]))


def p03() -> pd.DataFrame:
    case = read("cases", "case_id", "standard", "accepted_by", "received_by", "decided_by")
    took = pd.concat(
        [case[["case_id", name]].rename(columns={name: "person"}) for name in ("accepted_by", "received_by")]
    )
    took = took[took["person"] != ""].drop_duplicates()
    officer = read("step_officers", "case_id", "step", "round", "person")
    step = read("steps", "case_id", "step", "round", "concluded_seq")
    both = officer.merge(step[["case_id", "step", "round"]], on=["case_id", "step", "round"])
    both = both.merge(took, on=["case_id", "person"])[["case_id", "step", "round"]].drop_duplicates()
    both["at"] = "step/" + both["step"] + "/" + both["round"].astype(str)
    decided = case[case["decided_by"] != ""]
    decider = decided.merge(took, left_on=["case_id", "decided_by"], right_on=["case_id", "person"])
    last = step[step["concluded_seq"].notna()].groupby(["case_id", "step"], as_index=False)["round"].max()
    reviewer = officer.merge(last, on=["case_id", "step", "round"])[["case_id", "person"]].drop_duplicates()
    alone = with_standard(decided, "reviewer_may_decide")
    alone = alone[~alone["reviewer_may_decide"]]
    alone = alone.merge(reviewer, left_on=["case_id", "decided_by"], right_on=["case_id", "person"])
    return watched(
        "R-P03",
        pd.concat(
            [both[["case_id", "at"]], decider[["case_id"]].assign(at="decide"), alone[["case_id"]].assign(at="review")]
        ),
    )


def p07() -> pd.DataFrame:
    notice = read("notices", "case_id", "seq", "kind", "reasoned", "remedies", "issued_by")
    notice = notice.merge(read("cases", "case_id", "outcome", "granted"), on="case_id")
    bare = notice[notice["reasoned"] == False]  # noqa: E712
    bare = bare[(bare["issued_by"] != SYSTEM) & (bare["kind"] != "extended")].copy()
    bare["at"] = "reason/" + bare["seq"].astype(str)
    refused = (notice["kind"] == "decided") & (notice["granted"] == False)  # noqa: E712
    declined = (notice["kind"] == "declined") & (notice["outcome"] == "not_accepted")
    untold = notice[(refused | declined) & (notice["remedies"] == 0)].copy()
    untold["at"] = "remedy/" + untold["seq"].astype(str)
    return watched("R-P07", pd.concat([bare[["case_id", "at"]], untold[["case_id", "at"]]]))


def o02() -> pd.DataFrame:
    act = read("events", "case_id", "seq", "kind", "source", "person", "occurred_on", "recorded_on")
    own = act[(act["source"] != "migrated") & (act["person"] != SYSTEM)]
    ordinal = days().set_index("day")["ordinal"]
    late = own[own["recorded_on"].map(ordinal) - own["occurred_on"].map(ordinal) > 1].copy()
    late["at"] = "late/" + late["seq"].astype(str)
    case = read("cases", "case_id", "instant", "source", "decided_on")
    plain = case[~case["instant"] & (case["source"] != "migrated") & case["decided_on"].notna()]
    step = read("steps", "case_id", "step", "round", "opened_at", "concluded_at", "concluded_by", "concluded_seq")
    done = step[step["concluded_at"].notna() & (step["concluded_by"] != SYSTEM)]
    span = done[done["case_id"].isin(plain["case_id"])].groupby("case_id", as_index=False).agg(
        number=("step", "nunique"), last=("concluded_at", "max"), begun=("opened_at", "min")
    )  # fmt: skip
    spent = (span["last"] - span["begun"]).dt.total_seconds() // 1
    bulk = span[(span["number"] > 1) & (spent < 600)]
    decided = act[act["kind"] == "decided"].groupby("case_id")["seq"].min().rename("decided_seq").reset_index()
    after = step[step["concluded_by"] != SYSTEM].merge(decided, on="case_id")
    after = after[after["concluded_seq"] > after["decided_seq"]].copy()
    after["at"] = "after/" + after["step"] + "/" + after["round"].astype(str)
    return pd.concat([late[["case_id", "at"]], bulk[["case_id"]].assign(at="bulk"), after[["case_id", "at"]]])


def o03() -> pd.DataFrame:
    case = read("cases", "case_id", "silent", "accepted_on", "decided_on")
    said = pd.concat(
        [
            case.loc[~case["silent"], ["case_id", "accepted_on"]]
            .set_axis(["case_id", "said"], axis=1)
            .assign(at="accepted"),
            case[["case_id", "decided_on"]].set_axis(["case_id", "said"], axis=1).assign(at="decided"),
        ]
    )
    act = read("events", "case_id", "seq", "kind", "source", "person", "recorded_on")
    act = act[(act["source"] != "migrated") & (act["person"] != SYSTEM)]
    paired = said[said["said"].notna()].merge(
        act.loc[act["kind"].isin(["accepted", "decided"]), ["case_id", "kind", "recorded_on"]],
        left_on=["case_id", "at"], right_on=["case_id", "kind"],
    )  # fmt: skip
    differ = paired.loc[paired["said"] != paired["recorded_on"], ["case_id", "at"]]
    step = read("steps", "case_id", "step", "round", "concluded_on", "concluded_seq")
    stepped = step[step["concluded_on"].notna()].merge(
        act[["case_id", "seq", "recorded_on"]], left_on=["case_id", "concluded_seq"], right_on=["case_id", "seq"]
    )
    stepped = stepped[stepped["concluded_on"] != stepped["recorded_on"]].copy()
    stepped["at"] = "step/" + stepped["step"] + "/" + stepped["round"].astype(str)
    return pd.concat([differ, stepped[["case_id", "at"]]])


RULES: dict[str, Callable[[], pd.DataFrame]] = {
    "R-T01": t01, "R-T02": t02, "R-T03": t03, "R-T04": t04, "R-T06": t06, "R-P01": p01, "R-P02": p02, "R-P03": p03,
    "R-P07": p07, "R-O02": o02, "R-O03": o03,
}  # fmt: skip


def main() -> None:
    read("calendar", "day")  # what a first look costs is not a rule's
    target = Path(sys.argv[sys.argv.index("--hits") + 1]) if "--hits" in sys.argv else None
    told = {}
    for code, rule in RULES.items():
        begun = time.perf_counter()
        found = rule()
        told[code] = [round(time.perf_counter() - begun, 3), len(found)]
        if target:
            found[["case_id", "at"]].to_parquet(target / f"{code}.parquet")
    print(json.dumps(told))


if __name__ == "__main__":
    main()

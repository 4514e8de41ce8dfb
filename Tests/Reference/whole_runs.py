"""Writes Tests/SkewlabExperimentsTests/WholeRuns: for each case a table, a scenario, and every file of its run as second_simulator.py has
it. Run with NumPy 2.4.6, pandas 3.1.1 and SciPy: python3 Tests/Reference/whole_runs.py"""
import copy
import json
import pathlib

import numpy as np
import pandas as pd

from second_simulator_loop import Run, write_results

TARGET = pathlib.Path(__file__).resolve().parent.parent / "SkewlabExperimentsTests" / "WholeRuns"
PULL = {"kind": "label-follows-prediction", "form": "pull", "strength": 0.4}


def sided(*names):
    return [f"{side}_{name}" for name in names for side in ("offline", "served", "untouched")]


def case(name, scenario, columns, table=None):
    """A case with arms: what each sets at the top level."""
    folder = TARGET / name
    folder.mkdir(parents=True, exist_ok=True)
    frame = None
    if table is not None:
        table.to_csv(folder / "table.csv", index=False, lineterminator="\n")
        frame = pd.read_csv(folder / "table.csv")
        frame = frame.astype({c: object for c in frame.columns if not pd.api.types.is_numeric_dtype(frame[c])})
        frame = frame.astype({c: float for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c])})
    (folder / "scenario.yaml").write_text(json.dumps(scenario, indent=1) + "\n")
    arms = []
    for arm in scenario["arms"]:
        whole = copy.deepcopy(scenario) | copy.deepcopy(arm.get("set", {}))
        arms.append((arm["name"], [Run(whole, frame, r).run() for r in range(scenario["replicates"])]))
    write_results(folder, arms, columns)


def table(draw, path="table.csv", **more):
    return {"kind": "table", "path": path, "target": "y", "draw": draw} | more


def houses(count, gaps=True):
    """Prices with an area, an age (with gaps) and a district (with gaps)."""
    rng = np.random.default_rng(20)
    area, age = rng.uniform(40, 200, count).round(1), rng.uniform(0, 60, count).round(1)
    district = rng.choice(np.array(["harbour", "centre", "hill"], object), count)
    y = np.exp(0.3 + 0.006 * area - 0.01 * age + 0.3 * (district == "hill") + rng.normal(0, 0.3, count)).round(3)
    if gaps:
        age[rng.random(count) < 0.2] = np.nan
        district[rng.random(count) < 0.15] = None
    return pd.DataFrame({"area": area, "age": age, "district": district, "y": y})


def regression():
    unit = {"kind": "unit", "features": ["area"], "factor": 1.1, "offset": 3, "from": 2, "until": 3}
    scenario = {
        "seed": 41, "cycles": 4, "rows": 1037, "replicates": 3, "evaluation": {"share": 0.25},
        "world": table("bootstrap", **{"log-target": True}),
        "pipeline": [{"kind": "impute", "indicator": True}, {"kind": "one-hot"}, {"kind": "standardize"}],
        "feedback": [PULL], "learner": {"kind": "ridge", "penalty": 0.01},
        "retraining": {"every": 1, "window": {"cycles": 1}},
        "metrics": [
            "loss", "rmse", "mae", "r2", "mean-prediction", "calibration-slope", "loss-in-units", "parity", "fits",
            {"kind": "average-cost", "refit-cost": 0.25}],
        "arms": [
            {"name": "plain"},
            {"name": "decayed", "set": {"retraining": {"every": 1, "window": {"decay": 1.5}}}},
            {"name": "differing", "set": {
                "discrepancies": [unit, {"kind": "impute-mismatch", "value": -1, "from": 3}],
                "retraining": {"every": 2, "window": {"rows": 1500}}}},
            {"name": "with originals", "set": {
                "feedback": [{"kind": "label-follows-prediction", "form": "additive", "strength": -0.3}],
                "retraining": {"every": 1, "window": {"cycles": 2}, "originals": 0.2}}},
            {"name": "of all", "set": {"retraining": {"every": 3, "window": "all"}}},
        ]}
    columns = ["offline_loss", "served_loss", "skew", "untouched_loss", "best_loss", "excess_loss", "served_excess"]
    columns += sided("rmse", "mae", "r2", "mean_prediction", "calibration_slope")
    columns += ["offline_loss_units", "served_loss_units", "untouched_loss_units", "best_loss_units"]
    columns += ["differing_share", "largest_difference", "pipeline_skew", "fits", "average_cost"]
    case("regression", scenario, columns, houses(61))


def moved():
    """Rows that move, more of them than one chunk has; the log keeps moments."""
    move = {"kind": "strategic-features", "strength": 0.3, "features": ["area"]}
    scenario = {
        "seed": 42, "cycles": 2, "rows": 8205, "replicates": 2, "evaluation": {"share": 0.25},
        "world": table("bootstrap"), "pipeline": [{"kind": "standardize"}], "feedback": [move, PULL],
        "learner": {"kind": "ols"}, "retraining": {"every": 1, "window": {"cycles": 2}},
        "metrics": ["loss", "mae", "r2", "mean-prediction", "calibration-slope", "performative-risk"],
        "arms": [
            {"name": "moved"},
            {"name": "still", "set": {"feedback": [PULL], "learner": {"kind": "ridge", "penalty": 0.05}}},
        ]}
    frame = houses(47, gaps=False)[["area", "age", "y"]]
    frame["area"] /= 100
    frame["age"] /= 10
    columns = ["offline_loss", "served_loss", "skew", "untouched_loss", "best_loss", "excess_loss"]
    columns += ["served_mae", "untouched_mae"] + sided("r2", "mean_prediction", "calibration_slope")
    # What only a later arm has comes last.
    case("moved", scenario, columns + ["served_excess", "performative_risk", "optimality_gap"], frame.round(4))


def loans(count, whole):
    rng = np.random.default_rng(21)
    income, debt = rng.normal(0, 1, count), rng.normal(0, 1, count)
    income, debt = (income.round(), debt.round()) if whole else (income.round(2), debt.round(2))
    y = (rng.random(count) < 1 / (1 + np.exp(0.4 - 1.1 * income + 0.7 * debt))).astype(int)
    return pd.DataFrame({"income": income, "debt": debt, "y": y})


CLASSES = ["offline_loss", "served_loss", "skew", "untouched_loss", "best_loss", "excess_loss"]


def classes():
    scenario = {
        "seed": 43, "cycles": 3, "rows": 1037, "replicates": 2, "evaluation": {"share": 0.3},
        "world": table("bootstrap"), "pipeline": [{"kind": "standardize"}], "learner": {"kind": "logistic", "penalty": 0.1},
        "retraining": {"every": 1, "window": {"cycles": 1}},
        "metrics": [
            "loss", "accuracy", "auc", "brier", {"kind": "expected-calibration-error", "bins": 7}, "rmse", "mae", "r2",
            "mean-prediction", "calibration-slope", "parity", {"kind": "average-cost", "refit-cost": 0.1}],
        "arms": [
            {"name": "plain"},
            {"name": "decayed", "set": {"retraining": {"every": 1, "window": {"decay": 2}}}},
            {"name": "differing", "set": {
                "discrepancies": [{"kind": "unit", "features": ["debt"], "factor": -1.5, "from": 2}],
                "retraining": {"every": 2, "window": {"rows": 1300}}}},
        ]}
    columns = CLASSES + ["served_excess"] + sided("accuracy", "auc", "brier", "calibration_error", "rmse", "mae", "r2", "mean_prediction")
    columns += sided("calibration_slope") + ["differing_share", "largest_difference", "pipeline_skew", "average_cost"]
    case("classes", scenario, columns, loans(67, whole=False))


def classes_in_order():
    """Few rows, many with the same probability."""
    metrics = ["loss", "accuracy", "auc", "brier", {"kind": "expected-calibration-error", "bins": 4}, "fits"]
    scenario = {
        "seed": 44, "cycles": 3, "rows": 13, "replicates": 1, "evaluation": {"share": 0},
        "world": table("in-order"), "pipeline": [], "learner": {"kind": "logistic", "penalty": 0.2},
        "retraining": {"every": 1, "window": {"cycles": 1}}, "metrics": metrics,
        "arms": [{"name": "last"}, {"name": "all", "set": {"retraining": {"every": 2, "window": "all"}}}]}
    columns = ["served_loss", "untouched_loss", "best_loss", "excess_loss", "served_excess"]
    columns += [f"{s}_{m}" for m in ("accuracy", "auc", "brier", "calibration_error") for s in ("served", "untouched")]
    case("classes-in-order", scenario, columns + ["fits"], loans(52, whole=True))


def ties():
    """The most frequent value, and level, where two are: 2 before 5, and 'b' before 'd'."""
    number = [5, 2, 2, 5, None, 9, 5, 7, 7, None, 1, 5, 4, 4, 3, 3, None, 8]
    word = ["d", "b", "b", "d", "c", None, None, "d", "c", "d", "c", "b", "d", "b", None, "c", "c", "b"]
    y = [3, -1, 0.5, 2, 4, 1, -2, 5, 0, 2.5, 1.5, -3, 2, 0, 1, 4, -1, 3.5]
    scenario = {
        "seed": 45, "cycles": 2, "rows": 6, "replicates": 1, "evaluation": {"share": 0}, "world": table("in-order"),
        "pipeline": [{"kind": "impute", "with": "mode"}, {"kind": "one-hot", "drop-first": True}],
        "learner": {"kind": "ridge", "penalty": 0.3}, "retraining": {"every": 1, "window": {"cycles": 1}},
        "metrics": ["loss", "mae", "fits"],
        "arms": [{"name": "last"}, {"name": "all", "set": {"retraining": {"every": 1, "window": {"rows": 11}}}}]}
    columns = ["served_loss", "untouched_loss", "best_loss", "excess_loss", "served_excess", "served_mae", "untouched_mae", "fits"]
    case("ties", scenario, columns, pd.DataFrame({"number": number, "word": word, "y": y}))


def groups():
    """Groups that leave, one of which has no row in some cycles; rows that move by group."""
    members = [
        {"name": "many", "share": 6, "mean": [0, 0], "coefficients": [1, -1], "intercept": 0},
        {"name": "few", "share": 3, "mean": [1, 0.5], "coefficients": [0.5, 1], "intercept": 1},
        {"name": "hardly any", "share": 0.2, "mean": [-1, 0], "coefficients": [2, 0], "intercept": -1},
    ]
    move = {"kind": "strategic-features", "strength": 0.4, "responsiveness": [1, 0.5, 0]}
    leave = {"kind": "participation", "steepness": 0.6, "inflow": 0.1}
    scenario = {
        "seed": 46, "cycles": 5, "rows": 37, "replicates": 3, "evaluation": {"share": 0.3},
        "world": {"kind": "mixture", "features": 2, "groups": members, "noise": 0.5}, "pipeline": [{"kind": "standardize"}],
        "feedback": [move, leave], "learner": {"kind": "ridge", "penalty": 0.02},
        "retraining": {"every": 1, "window": {"cycles": 2}},
        "metrics": ["loss", "group-loss", "parameter-distance", "r2", "average-cost"],
        "arms": [{"name": "both"}, {"name": "stay", "set": {"feedback": [move]}}, {"name": "leave", "set": {"feedback": [leave]}}]}
    scenario["metrics"][-1] = {"kind": "average-cost", "refit-cost": 0}
    columns = ["offline_loss", "served_loss", "skew", "untouched_loss", "best_loss", "excess_loss"]
    names = ["many", "few", "hardly_any"]
    columns += [f"group_{what}_{n}" for what in ("share", "served_loss", "untouched_loss", "offline_loss") for n in names]
    columns += ["parameter_distance"] + sided("r2") + ["average_cost"]
    case("groups", scenario, columns)


def queue():
    """Two workers, each request 17 ms, 100 a second: waits and latencies by counting."""
    def runtime(fallback, **more):
        return {"runtime": {
            "kind": "queue", "arrivals": 100, "service": {"deterministic": 17}, "workers": 2, "deadline": 25, "fallback": fallback,
            "warm-up": 0} | more}

    scenario = {
        "seed": 47, "cycles": 3, "rows": 107, "replicates": 2, "evaluation": {"share": 0}, "world": table("bootstrap"),
        "pipeline": [], "learner": {"kind": "ols"}, "retraining": {"every": 1, "window": {"cycles": 1}},
        "metrics": ["loss", "latency"],
        "arms": [
            {"name": "mean", "set": runtime("mean")},
            {"name": "last known", "set": runtime("last-known")},
            {"name": "model before", "set": runtime("previous-model", slowdown=1.1, until=2) | {"feedback": [PULL]}},
            {"name": "constant", "set": runtime({"constant": 1.5}, slowdown=1.15, **{"from": 2})},
        ]}
    columns = ["served_loss", "untouched_loss", "best_loss", "excess_loss", "served_excess"]
    columns += ["latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "mean_wait_ms", "waiting_share", "late_share", "lost_share"]
    frame = houses(53, gaps=False)[["area", "age", "y"]]
    frame["area"] /= 100
    case("queue", scenario, columns + ["throughput"], frame.round(4))


for make in (regression, moved, classes, classes_in_order, ties, groups, queue):
    make()

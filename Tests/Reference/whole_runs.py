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


def case(name, scenario, columns, table=None, moments=()):
    """A case with arms: what each sets at the top level. The logs of those in `moments` keep no rows, and so no absolute error."""
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
        if arm["name"] in moments:
            for record in (record for run in arms[-1][1] for record in run.records):
                record.pop("offline_mae", None)
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


def normal(**more):
    return {
        "seed": 48, "cycles": 5, "rows": 1049, "replicates": 2, "evaluation": {"share": 0.25},
        "world": {"kind": "gaussian", "features": 2, "mean": [1, -0.5], "coefficients": [1, -0.5], "intercept": 0.3, "noise": 0.7},
        "pipeline": [{"kind": "standardize"}], "learner": {"kind": "ols"}, "retraining": {"every": 1, "window": {"cycles": 1}},
    } | more


def responses():
    """Every response to a model, at parameters that are not the default."""
    follow = {"kind": "label-follows-prediction", "form": "additive", "strength": 0.6}
    move = {"kind": "strategic-features", "strength": 0.5}

    def arm(name, *feedback):
        return {"name": name, "set": {"feedback": list(feedback)}}

    scenario = normal(
        metrics=["rmse", "mae", "r2", "mean-prediction", "calibration-slope", "parameter-distance"],
        arms=[
            arm("anchoring", {"kind": "anchoring", "usage": 0.4, "adherence": 0.3}),
            arm("location", {"kind": "location-family", "sensitivity": [[0.2, -0.1], [0.3, 0.1]], "offset": [0.5, -1]}),
            arm("memory", {"kind": "state", "response": follow, "memory": 0.3}),
            arm("delay", {"kind": "state", "response": follow, "delay": 2}),
            arm("slow features", {"kind": "state", "response": move, "memory": 0.6}, {"kind": "anchoring", "usage": 0.2, "adherence": 0}),
            arm("own labels", {"kind": "self-labelling", "noise": 0.5, "real": 0.3}),
            arm("some", follow | {"exposed": 0.35}),
            arm("pulled", follow | {"form": "pull", "strength": -0.4}),
        ])
    columns = ["served_mae", "untouched_mae"]
    columns = sided("rmse") + columns + sided("r2", "mean_prediction", "calibration_slope") + ["parameter_distance"]
    case("responses", scenario, columns)


def differences():
    """Discrepancies of raw rows on either side, on some rows, in some cycles; and of the weights."""
    def arm(name, *discrepancies):
        return {"name": name, "set": {"discrepancies": list(discrepancies)}}

    scenario = normal(
        pipeline=[], metrics=["rmse", "mae", "mean-prediction", "calibration-slope", "parity", "fits"],
        retraining={"every": 2, "window": {"cycles": 2}},
        arms=[
            arm("unit", {"kind": "unit", "features": ["x1"], "factor": 1.5, "offset": -1, "side": "training", "from": 1, "until": 3}),
            arm("swap", {"kind": "swap-features", "features": ["x1", "x2"], "share": 0.3, "from": 2, "until": 4}),
            arm("stale", {"kind": "stale-feature", "features": ["x1"], "rows": 3, "share": 0.6}),
            arm("shifted", {"kind": "misaligned-rows", "features": ["x2"], "by": 1060, "side": "training", "until": 3}),
            arm("timeout", {"kind": "default-on-timeout", "features": ["x1", "x2"], "probability": 0.2, "value": -3}),
            arm("noise", {"kind": "feature-noise", "features": ["x2"], "sd": 0.4, "share": 0.7}),
            arm("both", {"kind": "unit", "id": "a", "features": ["x1"], "factor": 2}, {"kind": "feature-noise", "features": ["x1"], "sd": 0.2},
                {"kind": "unit", "id": "b", "features": ["x1"], "offset": 1, "share": 0.5}),
            arm("flipped", {"kind": "coefficient-typo", "feature": "x2", "mistake": "sign-flipped", "from": 2, "until": 2}),
            arm("rounded", {"kind": "coefficient-typo", "feature": "x1", "mistake": "rounded", "decimals": 0}),
        ])
    columns = sided("rmse", "mae", "mean_prediction", "calibration_slope")
    case("differences", scenario, columns + ["differing_share", "largest_difference", "pipeline_skew", "fits"],
         moments=("swap", "stale", "timeout", "noise", "both", "flipped", "rounded"))


def policies():
    """A world that moves; when to refit."""
    def arm(name, **retraining):
        return {"name": name, "set": {"retraining": {"window": {"cycles": 2}} | retraining}}

    scenario = normal(
        cycles=9, rows=203, metrics=["loss", "rmse", "fits", {"kind": "average-cost", "refit-cost": 0.3}], pipeline=[],
        shifts=[
            {"kind": "mean", "feature": "x1", "change": 0.8, "unit": "raw", "profile": {"kind": "ramp", "from": 1, "to": 5}},
            {"kind": "scale", "feature": "x2", "change": 0.5, "profile": {"kind": "step", "from": 3}},
            {"kind": "coefficient", "feature": "x2", "change": -0.6, "unit": "relative", "profile": {"kind": "pulse", "from": 4, "length": 2}},
            {"kind": "coefficient", "id": "more", "feature": "x1", "change": 0.4, "unit": "raw", "profile": {"kind": "ramp", "from": 0, "to": 9}},
            {"kind": "intercept", "change": 0.9, "profile": {"kind": "step", "from": 7}},
            {"kind": "noise", "change": 0.2, "profile": {"kind": "step", "from": 6}}],
        arms=[
            arm("own first cycle", kind="on-loss", metric="served_loss", threshold=1.15),
            arm("own test", kind="on-loss", metric="served_rmse", threshold=1.2, against="offline", cooldown=2),
            arm("a number", kind="on-loss", metric="served_loss", threshold=0.75, against="absolute", patience=2),
            {"name": "never", "set": {"retraining": {"kind": "never"}}},
            arm("every third", every=3),
        ])
    columns = ["offline_loss", "served_loss", "skew", "untouched_loss", "best_loss", "excess_loss", "served_excess"] + sided("rmse")
    case("policies", scenario, columns + ["fits", "average_cost"])


def learners():
    """Learners that weigh rows, over a log of several cycles."""
    def arm(name, **learner):
        return {"name": name, "set": {"learner": learner}}

    scenario = normal(
        rows=1031, cycles=3, metrics=["loss", "mae", "fits"], pipeline=[{"kind": "standardize"}],
        feedback=[{"kind": "label-follows-prediction", "form": "additive", "strength": 0.5}],
        retraining={"every": 1, "window": "all"},
        arms=[
            arm("plain", kind="ols"),
            arm("robust", kind="huber", epsilon=0.6, scale="none", penalty=0.05),
            arm("mean", kind="constant"),
        ])
    columns = ["offline_loss", "served_loss", "skew", "untouched_loss", "best_loss", "excess_loss", "served_excess"]
    columns += ["served_mae", "untouched_mae", "fits", "offline_mae"]
    case("learners", scenario, columns, moments=("plain", "mean"))
    # Weights by row are those of the steps too, so that there are none here.
    scenario |= {"pipeline": [], "metrics": ["loss", "fits"], "arms": [
        arm("recent", kind="weighted", **{"half-life": 700}),
        arm("recursion", kind="recursive-least-squares", forgetting=0.998, **{"initial-covariance": 2}),
        arm("kept", kind="recursive-least-squares", forgetting=1, **{"initial-covariance": 0.01})]}
    case("forgetting", scenario, columns[:7] + ["fits"])


for make in (
        regression, moved, classes, classes_in_order, ties, groups, queue, responses, differences, policies, learners):
    make()

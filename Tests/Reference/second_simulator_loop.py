"""The loop of second_simulator.py, and the files of a run."""
import copy
import csv
import math

import numpy as np
from scipy import stats

from second_simulator import Mixture, Model, Normal, Pipeline, Side, Stream, Table, weighted_mean


SOURCES = ("unit", "swap-features", "feature-noise", "default-on-timeout", "stale-feature", "misaligned-rows")


class Deployed:
    """A model with its pipeline, when it was fitted, and what its own test said."""


def active(discrepancy, cycle):
    return discrepancy.get("from", 0) <= cycle <= discrepancy.get("until", 10**9)


class Run:
    def __init__(self, scenario, frame, replicate):
        self.s, self.replicate = scenario, replicate
        kind = scenario["world"]["kind"]
        self.world = Mixture(scenario) if kind == "mixture" else Normal(scenario) if kind == "gaussian" else Table(scenario, frame)
        self.isTable = isinstance(self.world, Table)
        self.isClassification = scenario["learner"]["kind"] == "logistic"
        self.responses = scenario.get("feedback", [])
        self.log, self.fits, self.excess, self.previous, self.model = [], 0, 0.0, None, None
        self.share = scenario["evaluation"]["share"]
        first = getattr(self.world, "shares", None)
        self.sizes, self.lostLast = first, np.zeros(len(self.world.groups))
        self.records, self.parameters = [], []
        self.served_by, self.policy = [], {"fit": 0, "above": 0, "model": 0, "first": None}
        if self.isTable:
            self.whole = self.world.every.columns
            rows = self.world.every
            pipeline = Pipeline(scenario["pipeline"], self.whole, rows.columns, np.ones(len(rows.y)))
            z = pipeline.encode(rows.columns)
            best = Model({"kind": "logistic" if self.isClassification else "ols", "penalty": 0.0}, z, rows.y, np.ones(len(rows.y)))
            self.best = best.predict(z)
        else:
            self.whole = self.world.draw(replicate, 0).columns

    def run(self):
        for cycle in range(self.s["cycles"] + 1):
            self.cycle(cycle)
        return self

    # MARK: A cycle

    def read(self, rows, cycle, drawn, side="serving"):
        """The columns as a side reads them in a cycle, of rows that were drawn in another, maybe."""
        columns = dict(rows.columns)
        numbers = np.arange(len(rows.y))
        for place, d in enumerate(self.s.get("discrepancies", [])):
            if d.get("side", "serving") != side or not active(d, cycle) or d["kind"] not in SOURCES:
                continue
            name = f"discrepancy/{d.get('id', d['kind'])}/"
            touched = Stream(self.s["seed"], name + "rows").uniforms(self.replicate, drawn, numbers) < d.get("share", 1)
            before = dict(columns)
            features = d["features"]
            for n in features:
                x = before[n]
                if d["kind"] == "unit":
                    new = x * d.get("factor", 1) + d.get("offset", 0)
                elif d["kind"] == "swap-features":
                    new = before[features[1 - features.index(n)]]
                elif d["kind"] == "feature-noise":
                    new = x + d["sd"] * Stream(self.s["seed"], name + "noise/" + n).normals(self.replicate, drawn, numbers)
                elif d["kind"] == "default-on-timeout":
                    lost = Stream(self.s["seed"], name + "timeout/" + n).uniforms(self.replicate, drawn, numbers) < d["probability"]
                    new = np.where(lost, d["value"], x)
                else:
                    assert place == 0, "another row is read as it was drawn"
                    back = d["rows"] if d["kind"] == "stale-feature" else -d["by"]
                    new = self.elsewhere(n, drawn, back)
                columns[n] = np.where(touched, new, x)
        return columns

    def elsewhere(self, name, cycle, back):
        """A feature of the row so many rows before each row of a cycle."""
        n = self.s["rows"]
        places = np.maximum(cycle * n + np.arange(n) - back, 0)
        drawn = {c: self.world.draw(self.replicate, c).columns[name] for c in set(places // n)}
        return np.array([drawn[p // n][p % n] for p in places])

    def serving_pipeline(self, model, cycle):
        pipeline = model.pipeline
        for d in self.s.get("discrepancies", []):
            if d["kind"] == "impute-mismatch" and active(d, cycle):
                pipeline = pipeline.with_fill(d["value"])
        return pipeline

    def say(self, model, rows, cycle):
        z = self.serving_pipeline(model, cycle).encode(self.read(rows, cycle, cycle))
        fit = model.fit
        for d in self.s.get("discrepancies", []):
            if d["kind"] == "coefficient-typo" and active(d, cycle):
                fit = copy.copy(fit)
                fit.weights = fit.weights.copy()
                place = model.pipeline.names.index(d["feature"])
                old = fit.weights[place]
                fit.weights[place] = {"sign-flipped": -old, "dropped": 0.0, "rounded": round(old, d.get("decimals", 1))}[d["mistake"]]
        return fit.predict(z)

    def models(self, response):
        """The models that a response has to do with: each one's share of the effect, and how long ago it served."""
        if "memory" in response:
            d = 1 - response["memory"]
            return [(d * (1 - d) ** age, age) for age in range(len(self.served_by))]
        if "delay" in response:
            return [(1.0, response["delay"])] if response["delay"] < len(self.served_by) else []
        return [(1.0, 0)]

    def respond_features(self, rows):
        rows = copy.copy(rows)
        rows.columns = dict(rows.columns)
        for r in self.responses:
            inner = r.get("response", r)
            if inner["kind"] == "strategic-features":
                names = inner.get("features") or list(rows.columns)
                factor = np.array(inner["responsiveness"])[rows.groups] if "responsiveness" in inner else 1
                for share, age in self.models(r):
                    model = self.served_by[-1 - age]
                    raw = dict(zip(rows.columns, model.pipeline.raw(model.fit.weights)))
                    for n in names:
                        rows.columns[n] = rows.columns[n] - share * factor * inner["strength"] * raw[n]
        return rows

    def respond_outcomes(self, y, served, rows, t):
        for r in self.responses:
            inner, before, y = r.get("response", r), y, y.copy()
            for share, age in self.models(r):
                model = self.served_by[-1 - age]
                said = served if age == 0 else model.fit.predict(model.pipeline.encode(rows.columns))
                y = y + share * (self.answer(inner, before, said, rows, t, model) - before)
        return y

    def answer(self, r, y, served, rows, t, model):
        """What a response makes of outcomes."""
        numbers = np.arange(len(y))

        def stream(purpose):
            return Stream(self.s["seed"], f"response/{r['kind']}/{purpose}")

        if r["kind"] == "label-follows-prediction":
            chosen = stream("exposed").uniforms(self.replicate, t, numbers) < r.get("exposed", 1)
            # Tables pull unless told otherwise.
            return np.where(chosen, y + r["strength"] * (served - y if r.get("form", "pull") == "pull" else served), y)
        if r["kind"] == "anchoring":
            chosen = stream("usage").uniforms(self.replicate, t, numbers) < r["usage"]
            copied = served + r["adherence"] * model.rmse * stream("noise").normals(self.replicate, t, numbers)
            return np.where(chosen, copied, y)
        if r["kind"] == "self-labelling":
            real = stream("real").uniforms(self.replicate, t, numbers) < r["real"]
            return np.where(real, y, served + r["noise"] * stream("noise").normals(self.replicate, t, numbers))
        if r["kind"] == "location-family":
            raw = model.pipeline.raw(model.fit.weights)
            x = np.array(list(rows.columns.values())).T
            return y + x @ (np.array(r["sensitivity"]) @ raw) + np.array(r["offset"]) @ raw
        return y

    def runtime(self, cycle, said, before, model):
        """The predictions after the queue, and what it measured."""
        queue = self.s.get("runtime")
        if not queue:
            return said, None
        n = len(said)
        gaps = Stream(self.s["seed"], "runtime/queue/arrivals").exponentials(self.replicate, cycle, np.arange(n)) / queue["arrivals"]
        service = queue["service"]["deterministic"] / 1000
        if active(queue, cycle):
            service *= queue.get("slowdown", 1)
        arrivals = np.cumsum(gaps)
        free, latencies, waits, answers = [0.0] * queue["workers"], [], [], []
        for t in arrivals:
            place = free.index(min(free))
            start = max(t, free[place])
            free[place] = start + service
            latencies.append(free[place] - t)
            waits.append(start - t)
            answers.append(free[place])
        latencies, waits = np.array(latencies), np.array(waits)
        late = latencies > queue["deadline"] / 1000
        served, last, fallback = said.copy(), None, queue["fallback"]
        for i in range(n):
            if not late[i]:
                last = said[i]
            elif fallback == "mean":
                served[i] = model.mean_label
            elif fallback == "last-known":
                served[i] = model.mean_label if last is None else last
            elif fallback == "previous-model":
                served[i] = model.mean_label if before is None else before[i]
            else:
                served[i] = fallback["constant"]
        ordered = np.sort(latencies) * 1000
        measured = {f"latency_p{p}_ms": ordered[math.ceil(n * p / 100) - 1] for p in (50, 95, 99)}
        measured |= {
            "mean_wait_ms": waits.mean() * 1000, "waiting_share": (waits > 0).mean(), "late_share": late.mean(), "lost_share": 0.0,
            "throughput": (np.array(answers) <= arrivals[-1]).sum() / arrivals[-1]}
        return served, measured

    def live_shares(self):
        return self.sizes / self.sizes.sum() if any(r["kind"] == "participation" for r in self.responses) else None

    def cycle(self, t):
        s, world, model = self.s, self.world, self.model
        twin = world.draw(self.replicate, t)
        live, outcomes = twin, twin.y
        values = {}
        if model is not None:
            self.served_by.append(model)
            shares = self.live_shares()
            live = twin if shares is None else world.draw(self.replicate, t, shares)
            live = self.respond_features(live)
            said = self.say(model, live, t)
            before = None if self.previous is None else self.say(self.previous, live, t)
            served, latency = self.runtime(t, said, before, model)
            outcomes = self.respond_outcomes(live.y, served, live, t)
            untouched = self.say(model, twin, t)
            if latency is not None:
                untouched = self.runtime(t, untouched, before, model)[0]
            values = self.measure(t, twin, live, outcomes, said, served, untouched, latency)
        values["fits"] = self.fits
        self.records.append(values)
        if self.share > 0:
            stream = Stream(s["seed"], "evaluation/share/row")
            kept = (
                stream.uniforms(self.replicate, 0, live.identities) if self.isTable
                else stream.uniforms(self.replicate, t, np.arange(len(twin.y)))) < self.share
        else:
            kept = np.zeros(len(twin.y), bool)
        logged = copy.copy(live)
        logged.y = outcomes
        self.log.append((logged, kept))
        if t == 0 or self.is_due(s["retraining"], t, values):
            self.fit(t)

    def is_due(self, policy, t, values):
        if policy.get("kind", "every") == "every":
            return t % policy.get("every", 1) == 0
        if policy["kind"] == "never":
            return False
        state = self.policy
        if self.model.fitted_in != state["model"]:
            state |= {"model": self.model.fitted_in, "first": None, "above": 0}
        value = values[policy["metric"]]
        state["first"] = value if state["first"] is None else state["first"]
        against = policy.get("against", "deployment")
        yardstick = {
            "deployment": state["first"], "absolute": 1.0, "offline": values.get(policy["metric"].replace("served_", "offline_"))}[against]
        if not value > policy["threshold"] * yardstick:
            state["above"] = 0
            return False
        state["above"] += 1
        if state["above"] < policy.get("patience", 1) or t - state["fit"] <= policy.get("cooldown", 0):
            return False
        state |= {"above": 0, "fit": t}
        return True

    # MARK: Training

    def window(self, t):
        """Rows and weights of the fit and of its test, oldest first."""
        window, n = self.s["retraining"].get("window", {"cycles": 1}), self.s["rows"]
        originals = self.s["retraining"].get("originals")
        parts = []
        for age in range(t, -1, -1):
            cycle = t - age
            if originals is not None and cycle == 0:
                continue
            weight, first = 1.0, 0
            if window != "all":
                if "cycles" in window and age >= window["cycles"]:
                    continue
                if "decay" in window:
                    weight = 2.0 ** (-age / window["decay"])
                if "rows" in window:
                    first = max(0, (age + 1) * n - window["rows"])
                    if first >= n:
                        continue
            parts.append((cycle, first, weight))
        for evaluation in (False, True):
            chosen = []
            for cycle, first, weight in parts:
                rows, kept = self.logged(cycle)
                places = [i for i in range(first, n) if kept[i] == evaluation]
                chosen.append((rows.take(places), np.full(len(places), weight)))
            if originals is not None:
                rows, kept = self.logged(0)
                places = np.flatnonzero(kept == evaluation)
                total = sum(w.sum() for _, w in chosen)
                weight = originals / (1 - originals) * total / len(places) if total > 0 and len(places) else 1.0
                chosen = [(rows.take(places), np.full(len(places), weight))] + chosen
            yield self.joined(chosen)

    def logged(self, cycle):
        """Rows of the log as training reads them now."""
        rows, kept = self.log[cycle]
        rows = copy.copy(rows)
        rows.columns = self.read(rows, self.reading, cycle, "training")
        return rows, kept

    @staticmethod
    def joined(parts):
        names = parts[0][0].columns
        columns = {n: np.concatenate([rows.columns[n] for rows, _ in parts]) for n in names}
        groups = None if parts[0][0].groups is None else np.concatenate([rows.groups for rows, _ in parts])
        return columns, np.concatenate([rows.y for rows, _ in parts]), np.concatenate([w for _, w in parts]), groups

    def fit(self, t):
        self.reading = t
        (columns, y, w, _), (test, test_y, test_w, test_groups) = self.window(t)
        new = Deployed()
        new.pipeline = Pipeline(self.s["pipeline"], self.whole, columns, w)
        new.fit = Model(self.s["learner"], new.pipeline.encode(columns), y, w)
        new.rmse = math.sqrt(weighted_mean((new.fit.predict(new.pipeline.encode(columns)) - y) ** 2, w))
        new.fitted_in, new.mean_label = t, weighted_mean(y, w)
        new.offline, new.offline_groups = None, {}
        if len(test_y):
            p = new.fit.predict(new.pipeline.encode(test))
            new.offline = Side(p, test_y, test_w, self.isClassification)
            for g in range(len(self.world.groups)):
                here = test_groups == g
                if here.any():
                    new.offline_groups[g] = Side(p[here], test_y[here], test_w[here], self.isClassification)
        self.previous, self.model = self.model, new
        self.fits += 1
        names = ["intercept"] + new.pipeline.names
        self.parameters += [(t, n, v) for n, v in zip(names, [new.fit.intercept, *new.fit.weights])]

    # MARK: Measuring

    def measure(self, t, twin, live, outcomes, said, served, untouched, latency):
        isClassification = self.isClassification
        sides = {
            "offline": self.model.offline, "served": Side(served, outcomes, None, isClassification),
            "untouched": Side(untouched, twin.y, None, isClassification)}
        values = {}
        for name, side in sides.items():
            if side is None:
                continue
            values[f"{name}_loss"] = side.loss
            values[f"{name}_loss_units"] = side.units
            for metric, value in side.values.items():
                values[f"{name}_{metric}"] = value
            for metric in self.s["metrics"]:
                if isinstance(metric, dict) and metric["kind"] == "expected-calibration-error":
                    values[f"{name}_calibration_error"] = side.error(metric["bins"])
        if sides["offline"]:
            values["skew"] = sides["served"].loss - sides["offline"].loss
        if self.isTable:
            predicted = self.best[twin.identities]
        else:
            line = self.world.best(t)
            predicted = line[0] + np.array([twin.columns[n] for n in twin.columns]).T @ line[1:]
            values["parameter_distance"] = np.linalg.norm(self.model.pipeline.raw(self.model.fit.weights) - line[1:])
        best = Side(predicted, twin.y, None, isClassification)
        values |= {"best_loss": best.loss, "best_loss_units": best.units, "excess_loss": sides["untouched"].loss - best.loss}
        if not any(r["kind"] in ("strategic-features", "participation") for r in self.responses):
            # The best predictor of what was served is known where only outcomes respond.
            of_served = Side(self.respond_outcomes(predicted, served, twin, t), outcomes, None, isClassification)
            values["served_excess"] = sides["served"].loss - of_served.loss
        self.excess += values["excess_loss"]
        for metric in self.s["metrics"]:
            if isinstance(metric, dict) and metric["kind"] == "average-cost":
                values["average_cost"] = (self.excess + metric["refit-cost"] * self.fits) / t
        training = self.model.fit.predict(self.model.pipeline.encode(self.read(live, t, t, "training")))
        values["differing_share"] = (training != said).mean()
        values["largest_difference"] = np.abs(training - said).max()
        values["pipeline_skew"] = Side(said, outcomes, None, isClassification).loss - Side(training, outcomes, None, isClassification).loss
        values |= latency or {}
        self.measure_groups(values, twin, live, outcomes, served, untouched)
        self.measure_risk(values)
        return values

    def measure_groups(self, values, twin, live, outcomes, served, untouched):
        losses = []
        for g, name in enumerate(n.replace(" ", "_") for n in self.world.groups):
            here, there = live.groups == g, twin.groups == g
            values[f"group_share_{name}"] = here.mean()
            loss = Side(served[here], outcomes[here]).loss if here.any() else None
            values[f"group_served_loss_{name}"] = loss
            values[f"group_untouched_loss_{name}"] = Side(untouched[there], twin.y[there]).loss if there.any() else None
            offline = self.model.offline_groups.get(g)
            values[f"group_offline_loss_{name}"] = offline.loss if offline else None
            if loss is not None:
                self.lostLast[g] = loss
        for r in self.responses:
            if r["kind"] == "participation":
                self.sizes = self.sizes * np.exp(-r["steepness"] * self.lostLast) + r["inflow"]

    def measure_risk(self, values):
        """PR(w) of a table drawn with replacement whose outcomes are pulled, and the least there is."""
        if "performative-risk" not in self.s["metrics"] or any(r["kind"] == "strategic-features" for r in self.responses):
            return
        keep = 1 - sum(r["strength"] for r in self.responses)
        rows, fit = self.world.every, self.model.fit
        z = self.model.pipeline.encode(rows.columns)

        def risk(model):
            return keep**2 * ((rows.y - model.predict(z)) ** 2).mean() + fit.penalty * (model.weights @ model.weights)

        least = Model({"kind": "ridge", "penalty": fit.penalty / keep**2}, z, rows.y, np.ones(len(rows.y)))
        values["performative_risk"] = risk(fit)
        values["optimality_gap"] = risk(fit) - risk(least)


# MARK: Files


def cell(value):
    return "" if value is None else str(value) if isinstance(value, (str, int, np.integer)) else repr(float(value))


def write(path, header, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[cell(v) for v in row] for row in rows])


def interval(values):
    n = len(values)
    mean = np.mean(values)
    if n < 2:
        return [n, mean, None, None, None]
    sd = np.std(values, ddof=1)
    half = stats.t.ppf(0.975, n - 1) * sd / math.sqrt(n)
    return [n, mean, sd, mean - half, mean + half]


def write_results(folder, arms, columns):
    """`arms`: a name, and the runs of its replicates, each. `columns`: those of cycles.csv after the first three."""
    cycles, parameters, summary, comparison = [], [], [], []
    for name, runs in arms:
        for r, run in enumerate(runs):
            cycles += [[name, r, t] + [record.get(c) for c in columns] for t, record in enumerate(run.records)]
            parameters += [[name, r, *row] for row in run.parameters]
        for t in range(len(runs[0].records)):
            for c in columns:
                values = [run.records[t].get(c) for run in runs]
                values = [v for v in values if v is not None]
                if values:
                    summary.append([name, t, c] + interval(values))
                if name == arms[0][0]:
                    continue
                pairs = [(run.records[t].get(c), other.records[t].get(c)) for run, other in zip(runs, arms[0][1])]
                pairs = [a - b for a, b in pairs if a is not None and b is not None]
                if pairs:
                    comparison.append([name, arms[0][0], t, c] + interval(pairs))
    numbers = ["n", "mean", "sd", "ci_low", "ci_high"]
    write(folder / "cycles.csv", ["arm", "replicate", "cycle"] + columns, cycles)
    write(folder / "parameters.csv", ["arm", "replicate", "cycle", "parameter", "value"], parameters)
    write(folder / "summary.csv", ["arm", "cycle", "metric"] + numbers, summary)
    write(folder / "comparison.csv", ["arm", "baseline", "cycle", "metric"] + numbers, comparison)

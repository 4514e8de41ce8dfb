"""A second simulator, written from the definitions that `skewlab describe` prints and from nothing else of Skewlab's code but the layout
of its random numbers (see RandomStream). By NumPy and SciPy; every sum runs over all rows at once.

A case is a scenario as a dictionary: it is written as the scenario file, and simulated here. See whole_runs.py."""
import math

import numpy as np

# MARK: Random numbers


def philox(counter, key):
    """Philox4x32-10 of arrays of counter words."""
    c = [np.asarray(word, dtype=np.uint64) for word in counter]
    k = [int(key) & 0xFFFFFFFF, int(key) >> 32]
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(b >> shift) ^ c[1] ^ np.uint64(k[0]), b & mask, (a >> shift) ^ c[3] ^ np.uint64(k[1]), a & mask]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


class Stream:
    def __init__(self, seed, name):
        code = 0xCBF29CE484222325
        for byte in name.encode():
            code = ((code ^ byte) * 0x100000001B3) & (2**64 - 1)
        words = [int(w) for w in philox([code & 0xFFFFFFFF, code >> 32, len(name.encode()), 0x736B6577], seed)]
        self.key = words[0] | words[1] << 32

    def blocks(self, replicate, cycle, blocks, draw=0):
        n = len(blocks)
        w = philox([np.full(n, replicate), np.full(n, cycle), blocks, np.full(n, draw << 16)], self.key)
        return w[0] | w[1] << np.uint64(32), w[2] | w[3] << np.uint64(32)

    def lanes(self, replicate, cycle, rows, draw=0):
        rows = np.asarray(rows)
        low, high = self.blocks(replicate, cycle, rows // 2, draw)
        return np.where(rows % 2 == 0, low, high)

    def uniforms(self, replicate, cycle, rows, draw=0):
        return (self.lanes(replicate, cycle, rows, draw) >> np.uint64(12)).astype(float) * 2.0**-52 + 2.0**-53

    def integers(self, bound, replicate, cycle, rows):
        # The chance that a lane is drawn again is bound/2^64.
        return np.array([int(lane) * bound >> 64 for lane in self.lanes(replicate, cycle, rows)])

    def exponentials(self, replicate, cycle, rows, draw=0):
        return -np.log(self.uniforms(replicate, cycle, rows, draw))

    def normals(self, replicate, cycle, rows):
        rows = np.asarray(rows)
        low, high = self.blocks(replicate, cycle, rows // 2)
        fraction = np.uint64(2**52 - 1)
        u, v = [(word & fraction).astype(float) * 2.0**-52 + 2.0**-53 for word in (low, high)]
        radius, angle = np.sqrt(-2 * np.log(u)), v * math.pi / 4

        def bit(place):
            return (high >> np.uint64(place)) & np.uint64(1) == 1

        longer = np.where(bit(63), -1, 1) * radius * np.cos(angle)
        shorter = np.where(bit(62), -1, 1) * radius * np.sin(angle)
        return np.where((rows % 2 == 0) ^ bit(61), longer, shorter)


# MARK: Worlds


class Rows:
    """Columns by name, outcomes, the table's row of each, the group of each."""

    def __init__(self, columns, y, identities=None, groups=None):
        self.columns, self.y, self.identities, self.groups = columns, y, identities, groups

    def take(self, chosen):
        return Rows(
            {name: values[chosen] for name, values in self.columns.items()}, self.y[chosen],
            None if self.identities is None else self.identities[chosen], None if self.groups is None else self.groups[chosen])


class Table:
    def __init__(self, scenario, frame):
        self.world, self.rows = scenario["world"], scenario["rows"]
        target = self.world["target"]
        y = frame[target].to_numpy(float)
        self.isLogged = self.world.get("log-target", False)
        columns = {name: frame[name].to_numpy() for name in frame.columns if name != target}
        self.every = Rows(columns, np.log(y) if self.isLogged else y, np.arange(len(frame)))
        self.stream = Stream(scenario["seed"], "world/table/row")
        self.groups = []

    def draw(self, replicate, cycle, conditions=None):
        numbers = np.arange(self.rows)
        if self.world.get("draw") == "in-order":
            return self.every.take(cycle * self.rows + numbers)
        return self.every.take(self.stream.integers(len(self.every.y), replicate, cycle, numbers))


class Mixture:
    def __init__(self, scenario):
        self.scenario, self.world, self.count = scenario, scenario["world"], scenario["rows"]
        self.names = [f"x{j + 1}" for j in range(self.world["features"])]
        self.members = self.world["groups"]
        self.groups = [member["name"] for member in self.members]
        shares = np.array([member["share"] for member in self.members], float)
        self.shares = shares / shares.sum()

    def stream(self, purpose):
        return Stream(self.scenario["seed"], "world/mixture/" + purpose)

    def draw(self, replicate, cycle, shares=None):
        rows = np.arange(self.count)
        u = self.stream("group").uniforms(replicate, cycle, rows)
        groups = np.searchsorted(np.cumsum(self.shares), u, side="right")
        groups = np.minimum(groups, len(self.groups) - 1)
        if shares is not None:
            stay, choice = [self.stream("group").uniforms(replicate, cycle, rows, draw) for draw in (1, 2)]
            growth = np.cumsum(np.maximum(0, shares - self.shares))
            moved = np.searchsorted(growth / max(growth[-1], 1e-300), choice, side="right")
            groups = np.where(stay >= np.minimum(1, shares / self.shares)[groups], moved, groups)
        x = np.array([self.stream("features/" + name).normals(replicate, cycle, rows) for name in self.names]).T
        means = np.array([m["mean"] for m in self.members], float)[groups]
        slopes = np.array([m["coefficients"] for m in self.members], float)[groups]
        x = x + means
        y = np.array([m["intercept"] for m in self.members], float)[groups] + (slopes * x).sum(1)
        y = y + self.world["noise"] * self.stream("noise").normals(replicate, cycle, rows)
        return Rows({name: x[:, j] for j, name in enumerate(self.names)}, y, None, groups)

    def best(self, t):
        """Intercept and slopes of the best line for all groups together, from their first two moments."""
        s, p = self.shares, len(self.names)
        m = np.array([g["mean"] for g in self.members], float)
        b = np.array([g["coefficients"] for g in self.members], float)
        level = np.array([g["intercept"] for g in self.members], float)
        second, cross = np.zeros((p + 1, p + 1)), np.zeros(p + 1)
        for g in range(len(s)):
            z = np.append(1, m[g])
            inner = np.outer(z, z) + np.diag([0] + [1] * p)
            second += s[g] * inner
            cross += s[g] * inner @ np.append(level[g], b[g])
        return np.linalg.solve(second, cross)


class Normal:
    """A `gaussian` world of independent features, with shifts."""

    def __init__(self, scenario):
        self.scenario, self.world, self.count = scenario, scenario["world"], scenario["rows"]
        self.names = [f"x{j + 1}" for j in range(self.world["features"])]
        self.groups = []

    def state(self, t):
        """Means, scales, coefficients, intercept and noise in a cycle."""
        mean, scale = np.array(self.world["mean"], float), np.ones(len(self.names))
        slopes, intercept, noise = np.array(self.world["coefficients"], float), self.world["intercept"], self.world["noise"]
        for shift in self.scenario.get("shifts", []):
            profile = shift["profile"]
            if profile["kind"] == "step":
                when = float(t >= profile["from"])
            elif profile["kind"] == "ramp":
                when = (min(max(t, profile["from"]), profile["to"]) - profile["from"]) / (profile["to"] - profile["from"])
            else:
                when = float(profile["from"] <= t < profile["from"] + profile["length"])
            change = shift["change"] * when
            j = self.names.index(shift["feature"]) if "feature" in shift else None
            if shift["kind"] == "mean":
                mean[j] += change
            elif shift["kind"] == "scale":
                scale[j] *= 1 + change
            elif shift["kind"] == "coefficient":
                slopes[j] = slopes[j] * (1 + change) if shift["unit"] == "relative" else slopes[j] + change
            elif shift["kind"] == "intercept":
                intercept += change
            else:
                noise *= 1 + change
        return mean, scale, slopes, intercept, noise

    def draw(self, replicate, cycle, shares=None):
        rows, seed = np.arange(self.count), self.scenario["seed"]
        mean, scale, slopes, intercept, noise = self.state(cycle)
        x = np.array([Stream(seed, "world/gaussian/features/" + n).normals(replicate, cycle, rows) for n in self.names]).T
        x = mean + scale * x
        y = intercept + x @ slopes + noise * Stream(seed, "world/gaussian/noise").normals(replicate, cycle, rows)
        return Rows({n: x[:, j] for j, n in enumerate(self.names)}, y)

    def best(self, t):
        _, _, slopes, intercept, _ = self.state(t)
        return np.append(intercept, slopes)


# MARK: Pipelines


def weighted_mean(x, w):
    return (w * x).sum() / w.sum()


def fill_of(values, weights, rule, value):
    """What a missing value becomes: for texts the level with the greatest weight, of several the first in the alphabet."""
    if values.dtype == object:
        levels = sorted({v for v in values if isinstance(v, str)})
        return max(levels, key=lambda level: (weights[values == level].sum(), [-ord(c) for c in level]))
    there = ~np.isnan(values)
    if rule == "constant":
        return value
    if rule == "mean":
        return weighted_mean(values[there], weights[there])
    distinct = sorted(set(values[there]))
    return max(distinct, key=lambda v: (weights[there][values[there] == v].sum(), -v))


def is_missing(values):
    return np.array([not isinstance(v, str) for v in values]) if values.dtype == object else np.isnan(values)


class Pipeline:
    """Steps with what they learned; `whole` says which columns may have gaps and which levels there are."""

    def __init__(self, steps, whole, columns, weights):
        self.steps, self.states = steps, []
        levels = {n: sorted({v for v in c if isinstance(v, str)}) for n, c in whole.items() if c.dtype == object}
        gaps = [n for n, c in whole.items() if is_missing(c).any()]
        for step in steps:
            if step["kind"] == "impute":
                state = {n: fill_of(columns[n], weights, step.get("with", "mean"), step.get("value", 0)) for n in gaps}
            elif step["kind"] == "one-hot":
                state = {n: levels[n][1 if step.get("drop-first") else 0:] for n in levels}
            else:
                state = {}
                for n, x in columns.items():
                    mean = weighted_mean(x, weights)
                    state[n] = (mean, math.sqrt(weighted_mean((x - mean) ** 2, weights)))
            self.states.append(state)
            columns = self.step(step, state, columns)
        self.names = list(columns)

    def with_fill(self, value):
        """The same with another constant for numbers."""
        other = object.__new__(Pipeline)
        other.steps, other.names = self.steps, self.names
        other.states = [
            {n: f if isinstance(f, str) else value for n, f in state.items()} if step["kind"] == "impute" else state
            for step, state in zip(self.steps, self.states)]
        return other

    @staticmethod
    def step(step, state, columns):
        result = {}
        for n, x in columns.items():
            if step["kind"] == "impute" and n in state:
                filled = x.copy()
                filled[is_missing(x)] = state[n]
                result[n] = filled
            elif step["kind"] == "one-hot" and n in state:
                for level in state[n]:
                    result[f"{n}={level}"] = (x == level).astype(float)
            elif step["kind"] == "standardize":
                mean, sd = state[n]
                # What is constant but for rounding never occurs in these tables.
                result[n] = (x - mean) / sd if sd > 0 else np.zeros(len(x))
            else:
                result[n] = x
        if step["kind"] == "impute" and step.get("indicator"):
            for n in state:
                result[n + "=missing"] = is_missing(columns[n]).astype(float)
        return result

    def encode(self, columns):
        for step, state in zip(self.steps, self.states):
            columns = self.step(step, state, columns)
        return np.array([columns[n] for n in self.names], float).T

    def raw(self, weights):
        """Weights on the raw features, of a pipeline that only standardises."""
        scale = np.ones(len(weights))
        for step, state in zip(self.steps, self.states):
            scale = scale / np.array([sd for _, sd in state.values()])
        return weights * scale


# MARK: Learners


def logistic(score):
    return 1 / (1 + np.exp(-score))


class Model:
    """Weights by least squares, or by Newton's method to the last bit."""

    def __init__(self, learner, z, y, w):
        kind = learner.get("kind", "ols")
        if kind == "weighted" and learner.get("by", "recency") == "recency":
            w = w * 2.0 ** (-np.arange(len(w) - 1, -1, -1) / learner["half-life"])
        w = w / w.sum()
        self.isLogistic = kind == "logistic"
        if kind == "recursive-least-squares":
            return self.recursion(learner, z, y)
        if kind == "huber":
            return self.robust(learner, z, y, w)
        if kind == "constant":
            self.penalty, self.intercept, self.weights = 0.0, w @ y, np.zeros(z.shape[1])
            return
        self.penalty = penalty = learner.get("penalty", 0.001 if kind in ("ridge", "logistic") else 0.0)
        if not self.isLogistic:
            zc, yc = z - w @ z, y - w @ y
            roots = np.sqrt(w)
            if penalty > 0:
                system = (zc * w[:, None]).T @ zc + penalty * np.eye(z.shape[1])
                self.weights = np.linalg.solve(system, (zc * w[:, None]).T @ yc)
            else:
                self.weights = np.linalg.lstsq(zc * roots[:, None], yc * roots, rcond=1e-10)[0]
            self.intercept = w @ y - (w @ z) @ self.weights
            return
        design = np.column_stack([np.ones(len(y)), z])
        theta, shrink = np.zeros(design.shape[1]), penalty * np.diag([0] + [1] * z.shape[1])
        for _ in range(60):
            p = logistic(design @ theta)
            gradient = design.T @ (w * (p - y)) + shrink @ theta
            curvature = (design * (w * p * (1 - p))[:, None]).T @ design + shrink
            theta = theta - np.linalg.solve(curvature, gradient)
        self.intercept, self.weights = theta[0], theta[1:]

    def recursion(self, learner, z, y):
        """Row by row, as Haykin has it."""
        forget, design = learner["forgetting"], np.column_stack([np.ones(len(y)), z])
        theta, p = np.zeros(design.shape[1]), learner["initial-covariance"] * np.eye(design.shape[1])
        for row, outcome in zip(design, y):
            gain = p @ row / (forget + row @ p @ row)
            theta = theta + gain * (outcome - row @ theta)
            p = (p - np.outer(gain, row @ p)) / forget
            p = (p + p.T) / 2
        self.penalty, self.intercept, self.weights = 0.0, theta[0], theta[1:]

    def robust(self, learner, z, y, w):
        """Huber's loss with a threshold in the outcome's units, by a descent of its own: Newton's on the rows within."""
        delta, self.penalty = learner["epsilon"], learner["penalty"]
        design, shrink = np.column_stack([np.ones(len(y)), z]), self.penalty * np.diag([0] + [1] * z.shape[1])
        theta = np.linalg.solve((design * w[:, None]).T @ design + shrink, (design * w[:, None]).T @ y)
        for _ in range(100):
            r = y - design @ theta
            inside = np.abs(r) <= delta
            gradient = -design.T @ (w * np.clip(r, -delta, delta)) + shrink @ theta
            theta = theta - np.linalg.solve((design * (w * inside)[:, None]).T @ design + shrink, gradient)
        self.intercept, self.weights = theta[0], theta[1:]

    def predict(self, z):
        score = self.intercept + z @ self.weights
        return logistic(score) if self.isLogistic else score


# MARK: Metrics


def log_loss(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def area(p, y, w):
    ones, zeros = y == 1, y == 0
    if not ones.any() or not zeros.any():
        return None
    gap = p[ones][:, None] - p[zeros][None, :]
    both = w[ones][:, None] * w[zeros][None, :]
    return (both * ((gap > 0) + 0.5 * (gap == 0))).sum() / both.sum()


def calibration_error(p, y, w, bins):
    place = np.minimum(bins - 1, np.floor(p * bins)).astype(int)
    return sum(abs((w * (p - y))[place == b].sum()) for b in range(bins)) / w.sum()


class Side:
    """Everything that is said of predictions beside outcomes, with weights."""

    def __init__(self, p, y, w=None, isClassification=False):
        w = np.ones(len(y)) if w is None else w
        n = w.sum()
        self.count = n
        e = p - y
        self.mse = (w * e * e).sum() / n
        self.loss = (w * log_loss(p, y)).sum() / n if isClassification else self.mse
        my, mp = (w * y).sum() / n, (w * p).sum() / n
        yy, pp = (w * (y - my) ** 2).sum(), (w * (p - mp) ** 2).sum()
        self.values = {
            "rmse": math.sqrt(self.mse), "mae": (w * np.abs(e)).sum() / n, "r2": 1 - self.mse * n / yy if yy > 0 else None,
            "mean_prediction": mp, "calibration_slope": (w * (p - mp) * (y - my)).sum() / pp if pp > 0 else None}
        with np.errstate(over="ignore"):
            self.units = (w * (np.exp(p) - np.exp(y)) ** 2).sum() / n
        if isClassification:
            self.values |= {
                "accuracy": (w * ((p > 0.5) == (y == 1))).sum() / n, "auc": area(p, y, w), "brier": self.mse}
            self.error = lambda bins: calibration_error(p, y, w, bins)

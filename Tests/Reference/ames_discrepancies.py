"""Figures for discrepancies on the house prices of Ames. Python 3.11, pandas 3.1.1, scikit-learn 1.9.1, NumPy 2.4.6, ml_dtypes 0.6.0.

Run: python3 ames_discrepancies.py

Writes Tests/SkewlabComponentsTests/Figures/AmesFigures.swift. Nothing is drawn at random: the table is taken in order, 900 rows a cycle; the model
fitted on the rows of cycle t (all of them) serves the rows of cycle t + 1, for t = 0 and 1, and what is predicted is the logarithm of the price.
For each case: the pipeline, the learner and the discrepancy as a scenario has them; then, for both cycles that are served, the intercept and weights of
the model, the mean squared error on the rows it was fitted on, and on the rows it serves without and with the discrepancy.
"""

import json
import pathlib

import ml_dtypes
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = pathlib.Path(__file__).resolve().parent.parent
TARGET = HERE / "SkewlabComponentsTests" / "Figures" / "AmesFigures.swift"
ROWS = 900
PENALTY = 0.001
table = pd.read_csv(HERE.parent / "scenarios" / "data" / "ames.csv", keep_default_na=False, na_values=[""])
table["y"] = np.log(table["price"])
blocks = [table.iloc[t * ROWS:(t + 1) * ROWS].reset_index(drop=True) for t in range(3)]
NUMBERS = ["living_area_sqft", "overall_quality", "year_built", "lot_frontage_ft"]


def pipeline(text, drop, ridge, fill="mean"):
    """impute, one-hot, standardize, fit: as a scikit-learn Pipeline; the text column comes last in both."""
    levels = [sorted(table[text].unique())]
    encode = ColumnTransformer(
        [("numbers", SimpleImputer(strategy=fill), NUMBERS),
         ("text", OneHotEncoder(categories=levels, drop="first" if drop else None, sparse_output=False), [text])])
    # scikit-learn's penalty is on the sum of squares, ours on their mean.
    learner = Ridge(alpha=PENALTY * ROWS, solver="cholesky") if ridge else LinearRegression()
    return Pipeline([("encode", encode), ("scale", StandardScaler()), ("learner", learner)])


def mse(predictions, rows):
    return float(np.mean((np.asarray(predictions, dtype=float) - rows["y"].to_numpy()) ** 2))


def plain(model, rows):
    return model.predict(rows)


def unit(factor, offset=0.0):
    def score(fits, t, rows):
        return fits[t].predict(rows.assign(living_area_sqft=rows["living_area_sqft"] * factor + offset))
    return score


def imputed(values):
    """Serving fills the gaps of the lot's frontage by itself: `values` gives the number for the rows that were fitted."""
    def score(fits, t, rows):
        return fits[t].predict(rows.assign(lot_frontage_ft=rows["lot_frontage_ft"].fillna(values(blocks[t]["lot_frontage_ft"]))))
    return score


def stale(step):
    """The step as it was fitted a cycle before the model; the first model has no older one."""
    def score(fits, t, rows):
        old, new = fits[max(0, t - 1)], fits[t]
        if step == "standardize":
            return new["learner"].predict(old["scale"].transform(new["encode"].transform(rows)))
        return new["learner"].predict(new["scale"].transform(old["encode"].transform(rows)))
    return score


def serving_rows(fits, t, rows):
    """The scaler of the rows that are served."""
    encoded = fits[t]["encode"].transform(rows)
    return fits[t]["learner"].predict(StandardScaler().fit(encoded).transform(encoded))


def precise(rounded):
    """Each number, product and sum in the format; the intercept first, features in order."""
    def score(fits, t, rows):
        model = fits[t]
        z = rounded(model["scale"].transform(model["encode"].transform(rows)))
        w, total = rounded(model["learner"].coef_), rounded(np.full(len(rows), model["learner"].intercept_))
        for j in range(len(w)):
            total = rounded(total + rounded(z[:, j] * w[j]))
        return total
    return score


def as_type(dtype):
    # A product or sum of two such numbers has at most 48 bits: in double precision it is exact, or off by less than a rounding to the format can see.
    return lambda x: np.asarray(x, dtype=float).astype(dtype).astype(float)


def fixed(bits):
    return lambda x: np.rint(np.asarray(x) * 2.0 ** bits) / 2.0 ** bits


def permuted(text, change):
    levels = sorted(table[text].unique())
    becomes = change(levels)
    return lambda fits, t, rows: fits[t].predict(rows.assign(**{text: rows[text].map(becomes)}))


def rotated(levels):
    return {level: levels[(i + 1) % len(levels)] for i, level in enumerate(levels)}


def reversed_(levels):
    return dict(zip(levels, levels[::-1]))


def exchanged(a, b):
    return lambda levels: {level: {a: b, b: a}.get(level, level) for level in levels}


SMALL = dict(text="building_type", drop=True, ridge=False)
LARGE = dict(text="neighborhood", drop=False, ridge=True)
cases = [
    (SMALL, {"kind": "unit", "features": ["living_area_sqft"], "factor": 0.09290304}, unit(0.09290304)),
    (SMALL, {"kind": "unit", "features": ["living_area_sqft"], "factor": 0.3048, "offset": -12.5}, unit(0.3048, -12.5)),
    (SMALL, {"kind": "impute-mismatch", "with": "constant", "value": 0}, imputed(lambda x: 0.0)),
    (SMALL, {"kind": "impute-mismatch", "with": "constant", "value": -999}, imputed(lambda x: -999.0)),
    (SMALL, {"kind": "impute-mismatch", "with": "median"}, imputed(lambda x: x.median())),
    (SMALL, {"kind": "impute-mismatch", "with": "mode", "features": ["lot_frontage_ft"]}, imputed(lambda x: x.mode().iloc[0])),
    (SMALL, {"kind": "stale-statistics", "step": "standardize", "cycles": 1}, stale("standardize")),
    (SMALL, {"kind": "stale-statistics", "step": "impute", "cycles": 1}, stale("impute")),
    (LARGE, {"kind": "stale-statistics", "step": "standardize", "cycles": 1}, stale("standardize")),
    (SMALL, {"kind": "stale-statistics", "step": "standardize", "rows": "serving"}, serving_rows),
    (SMALL, {"kind": "precision", "format": "float32"}, precise(as_type(np.float32))),
    (SMALL, {"kind": "precision", "format": "float16"}, precise(as_type(np.float16))),
    (SMALL, {"kind": "precision", "format": "bfloat16"}, precise(as_type(ml_dtypes.bfloat16))),
    (SMALL, {"kind": "precision", "format": "fixed-point", "bits": 6}, precise(fixed(6))),
    (SMALL, {"kind": "category-order", "order": "rotated"}, permuted("building_type", rotated)),
    (LARGE, {"kind": "category-order", "order": "rotated"}, permuted("neighborhood", rotated)),
    (LARGE, {"kind": "category-order", "order": "reversed"}, permuted("neighborhood", reversed_)),
    (LARGE, {"kind": "category-order", "exchange": ["NAmes", "NridgHt"]}, permuted("neighborhood", exchanged("NAmes", "NridgHt"))),
]


def text(values):
    return " ".join(float(v).hex() for v in values)


lines = []
for options, discrepancy, score in cases:
    fits = [pipeline(**options).fit(blocks[t], blocks[t]["y"]) for t in range(2)]
    steps = ["impute", {"kind": "one-hot", "drop-first": True} if options["drop"] else "one-hot", "standardize"]
    learner = {"kind": "ridge", "penalty": PENALTY} if options["ridge"] else "ols"
    parts = [json.dumps({"text": options["text"], "pipeline": steps, "learner": learner, "discrepancy": discrepancy})]
    for t in range(2):
        model, rows = fits[t], blocks[t + 1]
        parts.append(text([model["learner"].intercept_, *model["learner"].coef_]))
        losses = [mse(plain(model, blocks[t]), blocks[t]), mse(plain(model, rows), rows), mse(score(fits, t, rows), rows)]
        parts.append(text(losses))
        z = model["scale"].transform(model["encode"].transform(blocks[t]))
        values = np.linalg.svd(z - z.mean(axis=0), compute_uv=False)
        print(discrepancy, "condition", values[0] / values[values > 1e-9].min(), losses)
    lines.append("    " + " | ".join(parts))

TARGET.write_text(
    "// Written by Tests/Reference/ames_discrepancies.py with pandas 3.1.1, scikit-learn 1.9.1, NumPy 2.4.6 and ml_dtypes 0.6.0. Do not edit.\n\n"
    "enum AmesFigures {\n"
    "  /// The scenario | intercept and weights, loss on the fitted rows, on the served rows without and with the discrepancy, for the model of cycle 0 | … | and of cycle 1 | ….\n"
    "  static let cases = #\"\"\"\n" + "\n".join(lines) + "\n    \"\"\"#\n}\n")

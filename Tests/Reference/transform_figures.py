"""Figures for the transforms. Python 3.11, scikit-learn 1.9.1, pandas 3.1.1, NumPy 2.4.6, SciPy 1.17.1, ml_dtypes 0.6.0, mmh3 5.3.1.

Run: python3 transform_figures.py

Writes Tests/SkewlabComponentsTests/Figures/TransformFigures.swift: for each case the step, the column (or columns) it is fitted on with their
weights, the column it is applied to, and what the other library gives, column by column. Weights are whole where the other library has none:
its rows are then repeated. NaN is missing.
"""

import decimal
import json
import pathlib

import ml_dtypes
import mmh3
import numpy as np
import pandas as pd
from scipy import stats
from sklearn.feature_extraction import FeatureHasher
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    KBinsDiscretizer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, PolynomialFeatures, PowerTransformer, RobustScaler, StandardScaler)

TARGET = pathlib.Path(__file__).resolve().parent.parent / "SkewlabComponentsTests" / "Figures" / "TransformFigures.swift"
nan = np.nan
rng = np.random.default_rng(20240229)
numbers = np.round(rng.normal(3, 2, 23), 3)
numbers[[4, 11]] = nan
numbers[7] = numbers[2]  # a tie
ones = np.ones(23)
whole = rng.integers(0, 4, 23).astype(float)
real = np.round(rng.uniform(0, 2, 23), 3)
serving = np.array([nan, -40.0, -1.0, 0.0, numbers[2], 2.0, 2.5, 3.25, 4.0, 100.0, np.nanmin(numbers), np.nanmax(numbers)])
positive = np.array([nan, 1e-300, 1e-9, 0.3, 1.0, 2.0, 4.0, 9.5, 1000.0, 1e12])
rows = []


def text(values):
    return " ".join("nan" if np.isnan(v) else float(v).hex() for v in values)


def case(step, outputs, fitted=numbers, weights=ones, applied=serving, levels=None):
    outputs = [np.asarray(o, float) for o in outputs]
    name = json.dumps(step | ({"levels": levels} if levels else {}))
    rows.append(" | ".join([name, text(fitted), text(weights), text(applied), *(text(o) for o in outputs)]))


def column(x):
    return np.asarray(x, float).reshape(-1, 1)


def repeated(values, weights):
    return np.repeat(values, weights.astype(int))


def sklearn(estimator, weights=ones, fitted=numbers, applied=serving, **keywords):
    estimator.fit(column(repeated(fitted, weights)), **keywords)
    result = estimator.transform(column(applied))
    result = result.toarray() if hasattr(result, "toarray") else result
    return [result[:, j] for j in range(result.shape[1])]


# impute
for strategy, rule in [("mean", "mean"), ("median", "median"), ("most_frequent", "mode")]:
    for weights in (ones, whole):
        case({"kind": "impute", "with": rule}, sklearn(SimpleImputer(strategy=strategy), weights), weights=weights)
case({"kind": "impute", "with": "constant", "value": -999}, sklearn(SimpleImputer(strategy="constant", fill_value=-999.0)))
case({"kind": "impute", "indicator": True}, sklearn(SimpleImputer(add_indicator=True)))

# scales
for weights in (whole, real):
    scaler = StandardScaler().fit(column(numbers), sample_weight=weights)
    case({"kind": "standardize"}, [scaler.transform(column(serving))[:, 0]], weights=weights)
series = pd.Series(numbers)
case({"kind": "standardize", "ddof": 1}, [(serving - series.mean()) / series.std(ddof=1)])
case({"kind": "standardize", "ddof": 1}, [(serving - pd.Series(repeated(numbers, whole)).mean()) / pd.Series(repeated(numbers, whole)).std()],
     weights=whole)
for weights in (ones, whole):
    case({"kind": "min-max"}, sklearn(MinMaxScaler(), weights), weights=weights)
case({"kind": "min-max", "low": -1, "high": 3, "clip": True}, sklearn(MinMaxScaler((-1, 3), clip=True)))
for weights in (ones, whole):
    case({"kind": "robust-scale"}, sklearn(RobustScaler(), weights), weights=weights)
case({"kind": "robust-scale", "lower": 0.1, "upper": 0.95}, sklearn(RobustScaler(quantile_range=(10, 95))))

# quantiles by every rule, as limits
methods = ["linear", "lower", "higher", "nearest", "midpoint", "inverted_cdf", "averaged_inverted_cdf", "interpolated_inverted_cdf", "hazen", "weibull",
           "median_unbiased", "normal_unbiased"]
for method in methods:
    for weights in (ones, whole):
        for low, high in ((0.05, 0.9), (0.25, 0.5), (0, 1)):
            values = repeated(numbers, weights)
            a, b = np.quantile(values[~np.isnan(values)], [low, high], method=method)
            case({"kind": "clip", "by": "quantiles", "low": low, "high": high, "quantile": method.replace("_", "-")}, [np.clip(serving, a, b)],
                 weights=weights)
present = ~np.isnan(numbers)
for low, high in ((0.05, 0.9), (0.25, 0.5)):
    a, b = np.quantile(numbers[present], [low, high], weights=real[present], method="inverted_cdf")
    case({"kind": "clip", "by": "quantiles", "low": low, "high": high, "quantile": "inverted-cdf"}, [np.clip(serving, a, b)], weights=real)
case({"kind": "clip", "by": "values", "low": -1, "high": 3}, [pd.Series(serving).clip(-1, 3)])
case({"kind": "clip", "by": "values", "high": 3}, [pd.Series(serving).clip(upper=3)])
for weights in (ones, real):
    mean = np.average(numbers[present], weights=weights[present])
    sd = np.sqrt(np.average((numbers[present] - mean) ** 2, weights=weights[present]))
    case({"kind": "clip", "threshold": 1.5}, [np.clip(serving, mean - 1.5 * sd, mean + 1.5 * sd)], weights=weights)

# logarithms and powers
case({"kind": "log1p"}, [np.log1p(positive)], applied=positive)
for base, function in [("natural", np.log), ("binary", np.log2), ("decimal", np.log10)]:
    case({"kind": "log", "base": base}, [function(positive)], applied=positive)
outside = np.array([nan, -2.0, -1.0, -0.5, 0.0, 3.0])
with np.errstate(all="ignore"):
    undefined = np.where(np.isfinite(np.log(outside)), np.log(outside), nan)
    case({"kind": "log"}, [undefined], applied=outside)
    shifted = np.where(np.isfinite(np.log(outside + 1)), np.log(outside + 1), nan)
    case({"kind": "log", "offset": 1}, [shifted], applied=outside)
    case({"kind": "log1p"}, [shifted], applied=outside)
    for p in (0.5, 2, 3, -1, -0.5, 1.5, 0.3, -1.7, 0):
        result = np.power(outside, p)
        case({"kind": "power", "exponent": p}, [np.where(np.isfinite(result), result, nan)], applied=outside)
        case({"kind": "power", "exponent": p}, [np.power(positive[3:], p)], applied=positive[3:])
for p in (0.5, 0, -0.3, 2, 1e-9):
    case({"kind": "power", "exponent": p, "form": "box-cox"}, [stats.boxcox(positive[3:], p)], applied=positive[3:])
for p in (0.5, 0, 1, 2, 2.5, -0.3):
    transformer = PowerTransformer(standardize=False).fit(column(numbers[present]))
    transformer.lambdas_ = np.array([p], float)
    values = np.array([nan, -9.5, -1, -0.25, 0.0, 0.5, 3.0, 77.0])
    case({"kind": "power", "exponent": p, "form": "yeo-johnson"}, [transformer.transform(column(values))[:, 0]], applied=values)

# bins: scikit-learn's are closed on the left, those of pandas.cut on the right
known = ~np.isnan(serving)


def on_known(values):
    result = np.full(serving.shape, nan)
    result[known] = values
    return result


for bins in (2, 3, 7):
    for weights in (ones, whole):
        values = repeated(numbers, weights)
        values = values[~np.isnan(values)]
        for strategy, rule in [("uniform", "width"), ("quantile", "quantile")]:
            method = {"quantile_method": "linear"} if strategy == "quantile" else {}
            binner = KBinsDiscretizer(bins, encode="ordinal", strategy=strategy, **method).fit(column(values))
            case({"kind": "bin", "bins": bins, "by": rule}, [on_known(binner.transform(column(serving[known]))[:, 0])], weights=weights)
    edges = np.quantile(numbers[present], np.linspace(0, 1, bins + 1))
    right = pd.cut(serving[known], np.concatenate([[-np.inf], edges[1:-1], [np.inf]]), labels=False)
    case({"kind": "bin", "bins": bins, "closed": "right"}, [on_known(right)], applied=serving)
    at_edges = np.concatenate([edges, edges[:1] - 1])
    right = pd.cut(at_edges, np.concatenate([[-np.inf], edges[1:-1], [np.inf]]), labels=False)
    case({"kind": "bin", "bins": bins, "closed": "right"}, [right], applied=at_edges)
    left = pd.cut(at_edges, np.concatenate([[-np.inf], edges[1:-1], [np.inf]]), labels=False, right=False)
    case({"kind": "bin", "bins": bins}, [left], applied=at_edges)
binner = KBinsDiscretizer(4, encode="ordinal", strategy="quantile", quantile_method="averaged_inverted_cdf")
binner.fit(column(numbers[present]), sample_weight=whole[present])
case({"kind": "bin", "bins": 4, "quantile": "averaged-inverted-cdf"}, [on_known(binner.transform(column(serving[known]))[:, 0])], weights=whole)
ties = np.array([1.0, 1, 1, 1, 2, 3, 3, 9])
places = pd.qcut(ties, 4, labels=False, duplicates="drop")
case({"kind": "bin", "bins": 4, "closed": "right"}, [places], fitted=ties, weights=np.ones(8), applied=ties)

# text: codes of levels in alphabetical order; the window lacks "lime"
levels = ["apple", "fig", "lime", "pear", "Äpfel"]
codes = np.array([1, 0, 3, 3, 0, 1, 3, 4.0])
asked = np.array([0, 1, 3, 4.0])
words = np.array(levels, dtype=object)[codes.astype(int)].reshape(-1, 1)
shown = np.array(levels, dtype=object)[asked.astype(int)].reshape(-1, 1)
unit = np.ones(8)
for order in (None, ["pear", "Äpfel", "lime", "apple", "fig"]):
    categories = "auto" if order is None else [order]
    given = {} if order is None else {"order": order}
    encoder = OrdinalEncoder(categories=[order or levels]).fit(words)
    case({"kind": "ordinal"} | given, [encoder.transform(shown)[:, 0]], codes, unit, asked, levels)
    for drop in (False, True):
        encoder = OneHotEncoder(categories=[order or levels], drop="first" if drop else None, sparse_output=False).fit(words)
        case({"kind": "one-hot", "drop-first": drop} | given, encoder.transform(shown).T, codes, unit, asked, levels)
encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-7).fit(words)
unseen = np.array([2.0])
case({"kind": "ordinal", "unseen": -7}, [encoder.transform(np.array([["lime"]], dtype=object))[:, 0]], codes, unit, unseen, levels)
encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(words)
ignored = encoder.transform(np.array([["lime"]], dtype=object))
assert not ignored.any()
case({"kind": "one-hot"}, np.zeros((5, 1)), codes, unit, unseen, levels)
for buckets in (1, 4, 16, 1000):
    for signed in (False, True):
        hasher = FeatureHasher(buckets, input_type="string", alternate_sign=signed)
        table = hasher.transform([[level] for level in np.array(levels)[asked.astype(int)]]).toarray()
        if buckets <= 16:
            case({"kind": "hash", "buckets": buckets, "signed": signed}, table.T, codes, unit, asked, levels)
for seed in (1, 2654435769):
    table = np.zeros((4, 8))
    for i, level in enumerate(np.array(levels)[asked.astype(int)]):
        table[i, abs(mmh3.hash(str(level), seed)) % 8] = 1
    case({"kind": "hash", "buckets": 8, "seed": seed}, table.T, codes, unit, asked, levels)

# cyclic
hours = np.array([nan, 0.0, 1.0, 5.5, 6.0, 12.0, 18.0, 23.75, 24.0, 30.0, -1.0])
case({"kind": "cyclic", "period": 24}, [np.sin(2 * np.pi * hours / 24), np.cos(2 * np.pi * hours / 24)], applied=hours)
case({"kind": "cyclic", "period": 7, "start": 1}, [np.sin(2 * np.pi * (hours - 1) / 7), np.cos(2 * np.pi * (hours - 1) / 7)], applied=hours)

# number types
extreme = np.array([nan, 0.0, -0.0, 1 / 3, -2 / 3, 1e-5, 6e-8, 2.9e-8, 1e-40, -3e-45, 1e-46, 65504.0, 65519.999, 65520.0, -1e6, 3.4028235e38, 3.4028236e38, 1e300,
                    2049.0, 2051.0, 1 + 2**-11, 1 + 3 * 2**-11, 257.0, 259.0, np.inf, -np.inf])
with np.errstate(all="ignore"):
    case({"kind": "cast", "to": "float32"}, [extreme.astype(np.float32).astype(float)], applied=extreme)
    case({"kind": "cast", "to": "float16"}, [extreme.astype(np.float16).astype(float)], applied=extreme)
    # ml_dtypes rounds by way of binary32, so that only what binary32 holds is asked of it.
    single = extreme.astype(np.float32).astype(float)
    case({"kind": "cast", "to": "bfloat16"}, [single.astype(ml_dtypes.bfloat16).astype(float)], applied=single)
halves = np.array([-2.5, -1.5, -0.75, -0.5, -0.25, 0.0, 0.49999999999999994, 0.5, 1.5, 2.5, 2.6, 4503599627370497.5, 1e300, -1e300, 127.5])
modes = {"half-even": decimal.ROUND_HALF_EVEN, "half-away": decimal.ROUND_HALF_UP, "down": decimal.ROUND_FLOOR, "toward-zero": decimal.ROUND_DOWN}
for rounding, mode in modes.items():
    exact = [min(max(int(decimal.Decimal(v).to_integral_value(mode)), -(2**31)), 2**31 - 1) for v in halves]
    case({"kind": "cast", "to": "integer", "rounding": rounding}, [exact], applied=halves)
    exact = [min(max(int((decimal.Decimal(v) * 16).to_integral_value(mode)), -128), 127) / 16 for v in halves / 4]
    case({"kind": "cast", "to": "fixed", "bits": 8, "fraction": 4, "rounding": rounding}, [exact], applied=halves / 4)
half_up = [int((decimal.Decimal(v) + decimal.Decimal("0.5")).to_integral_value(decimal.ROUND_FLOOR)) for v in halves]
case({"kind": "cast", "to": "integer", "rounding": "half-up"}, [[min(max(v, -(2**31)), 2**31 - 1) for v in half_up]], applied=halves)

# products: three columns, one after another
square = np.round(rng.normal(0, 2, (5, 3)), 3)
square[1, 1] = nan
tables = []
for step, features in [({"kind": "polynomial"}, PolynomialFeatures(2, include_bias=False)),
                       ({"kind": "polynomial", "degree": 4}, PolynomialFeatures(4, include_bias=False)),
                       ({"kind": "interaction"}, PolynomialFeatures(2, interaction_only=True, include_bias=False)),
                       ({"kind": "interaction", "order": 3}, PolynomialFeatures(3, interaction_only=True, include_bias=False))]:
    filled = np.where(np.isnan(square), 0, square)
    result = features.fit(filled).transform(filled)
    names = [name.replace(" ", "*") for name in features.get_feature_names_out(["a", "b", "c"])]
    for j, name in enumerate(names):
        result[np.isnan(square).any(1) & ("b" in name), j] = nan
    tables.append(" | ".join([json.dumps(step), " ".join(names), *(text(c) for c in square.T), *(text(c) for c in result.T)]))

# published vectors: SMHasher's implementation by mmh3; FNV-1a by its authors' list (RFC 9923)
phrase = "The quick brown fox jumps over the lazy dog"
hashes = [f"murmur3 {seed} {mmh3.hash(word, seed, signed=False)} {word}" for word in ("", "a", "ab", "abc", "abcd", "hello, world", phrase, "Äpfel")
          for seed in (0, 1, 0x9747B28C)]
hashes += ["fnv1a 0 2166136261 ", "fnv1a 0 3826002220 a", "fnv1a 0 3876335077 b", "fnv1a 0 3214735720 foobar"]

versions = "scikit-learn 1.9.1, pandas 3.1.1, NumPy 2.4.6, SciPy 1.17.1, ml_dtypes 0.6.0 and mmh3 5.3.1"
lines = [f"// Written by Tests/Reference/transform_figures.py with {versions}. Do not edit.", "", "enum TransformFigures {"]
for name, comment, table in [("cases", "The step | fitted on | weights | applied to | its columns.", rows),
                             ("products", "The step | names | a | b | c | its columns.", tables),
                             ("hashes", "The function, the seed, the hash, the text.", hashes)]:
    lines += [f"  /// {comment}", f'  static let {name} = #"""', *("    " + row for row in table), '    """#', ""]
lines[-1] = "}"
TARGET.parent.mkdir(exist_ok=True)
TARGET.write_text("\n".join(lines) + "\n")

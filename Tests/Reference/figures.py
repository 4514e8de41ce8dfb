"""Shared writer for the figure tables in Tests/SkewlabNumericsTests/Figures."""

import pathlib
import mpmath as mp

TARGET = pathlib.Path(__file__).resolve().parent.parent / "SkewlabNumericsTests" / "Figures"


def pair(value):
    """A 60-digit value as its nearest double and the rest, both in hexadecimal."""
    high = float(value)
    return high.hex() + " " + float(value - mp.mpf(high)).hex()


def write(name, script, versions, tables):
    lines = [f"// Written by Tests/Reference/{script} with {versions}. Do not edit.", "", f"enum {name} {{"]
    for index, (table, comment, rows) in enumerate(tables):
        if index:
            lines.append("")
        lines += [f"  /// {comment}", f'  static let {table} = """']
        lines += ["    " + row for row in rows]
        lines.append('    """')
    lines.append("}")
    (TARGET / f"{name}.swift").write_text("\n".join(lines) + "\n")

"""Runs the command of each notebook in notebooks-export/ again, compares its numbers with the CSV beside the notebook, executes the notebook, and compares what it prints.

A notebook says in its metadata, under `skewlab`, which command its CSV comes from, and which file, columns and rows of the results. `--write` makes CSV and outputs anew.
"""

import argparse
import io
import math
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pandas as pd
from nbclient import NotebookClient

# BLAS kernels sum in other orders on other machines; a fit on thousands of rows then differs by some 1e-13, and a loss by no more than this share.
KERNEL_TOLERANCE = 1e-9


def results(skewlab, about):
    """The rows and columns of the results that the notebook reads, as CSV text."""
    command = shlex.split(about["command"])
    assert command[:2] == ["skewlab", "run"], "the command is one of `skewlab run`"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([skewlab, *command[1:], "--out", f"{folder}/out", "--quiet"], check=True)
        lines = Path(f"{folder}/out", about["file"]).read_text()
    table = pd.read_csv(io.StringIO(lines), dtype=str, keep_default_na=False)
    for column, value in about["where"].items():
        table = table[table[column] == str(value)]
    return table[about["columns"]].to_csv(index=False, lineterminator="\n")


def differences(now, kept):
    """Where two CSV texts say something else."""
    now, kept = (pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False) for text in (now, kept))
    if list(now.columns) != list(kept.columns) or len(now) != len(kept):
        yield "other columns, or another number of rows"
        return
    for column in now.columns:
        for row, (a, b) in enumerate(zip(now[column], kept[column])):
            if a == b:
                continue
            try:
                same = math.isclose(float(a), float(b), rel_tol=KERNEL_TOLERANCE)
            except ValueError:
                same = False
            if not same:
                yield f"row {row + 1}, {column}: {b} in the file, {a} now"


def printed(notebook):
    """What each code cell says in words; figures are drawn anew, and not compared."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            said = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
            cells.append("".join(text for text in said if not text.startswith("<Figure")))
    return cells


def check(path, skewlab, write):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    about = notebook.metadata["skewlab"]
    table = path.with_suffix(".csv")
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    failures = [f"`{about['command']}` is not in its text"] * (about["command"] not in text)
    now = results(skewlab, about)
    if write:
        table.write_text(now)
    failures += list(differences(now, table.read_text()))[:5]
    before = printed(notebook)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}})
    with tempfile.TemporaryDirectory() as folder:
        kernel = client.create_kernel_manager()
        kernel.transport, kernel.ip = "ipc", f"{folder}/kernel"  # files, rather than ports of this machine
        client.execute()
    after = printed(notebook)
    if write:
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)  # times
        notebook.metadata.pop("language_info", None)  # the version of Python here
        nbformat.write(notebook, path)
    else:
        failures += [f"cell {i + 1} prints\n{b}\nand not\n{a}" for i, (a, b) in enumerate(zip(before, after)) if a != b]
    for failure in failures:
        print(f"{path}: {failure}", file=sys.stderr)
    if not failures:
        print(f"{path}: {len(now.splitlines()) - 1} rows and {len(after)} cells are as they were")
    return not failures


parser = argparse.ArgumentParser(prog="Scripts/check-notebooks.sh", description=__doc__)
parser.add_argument("skewlab", help="the command")
parser.add_argument("--write", action="store_true", help="make CSV and outputs anew instead of comparing them")
options = parser.parse_args()
notebooks = sorted(Path("notebooks-export").glob("*.ipynb"))
if not notebooks:
    sys.exit("there is no notebook in notebooks-export")
sys.exit(not all([check(path, str(Path(options.skewlab).resolve()), options.write) for path in notebooks]))

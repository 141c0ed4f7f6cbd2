#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""NumPy's side of the tests of odamv's files.

    numpy_io.py write DIR          X.npy and the same matrix in every form that odamv accepts: X-*;
                                   a matrix of 0 to 9, Y.npy, in every type: Y-*
    numpy_io.py refused DIR        files that odamv must refuse: bad-*
    numpy_io.py check DIR          the files of `odamv gen --out DIR`: format, shape, finite
    numpy_io.py play DIR SCALE ANSWERS [unnormalised]
                                   plays DIR/ops.trace in NumPy and compares with the output of
                                   `odamv run --json`
Exit status 0 or 1.
"""
import io
import json
import os
import struct
import sys
import warnings

import numpy as np
from numpy.lib import format as npy


def save(folder, name, array, version):
    with open(os.path.join(folder, name), "wb") as file:
        npy.write_array(file, array, version=version)


# Headers of X.npy that NumPy reads, each with its version.
TAKEN = [
    (1, "{'descr': 'f8', 'fortran_order': False, 'shape': (7, 3), }\n"),
    (1, "{'descr': '=f8', 'fortran_order': False, 'shape': (7, 3), }\n"),
    (1, "{'descr': '|f8', 'fortran_order': False, 'shape': (7, 3), }\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7L, 3L), }\n"),
    (2, "{'descr': '<f8', 'fortran_order': False, 'shape': (7L, 3L,), }\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), }"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3)}"),
    (3, "{'descr':'<f8','fortran_order':False,'shape':(7,3)}"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), }\n\n\t \n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), }\r\n"),
    (1, "\n{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), }\n"),
    (1, "{\n'descr' : '<f8' ,\n'fortran_order' : False ,\n'shape' : ( 7 , 3 , ) ,\n}\n"),
    (1, '{"shape": (7, 3), "descr": "<f8", "fortran_order": False}\n'),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), }" + " " * 9900),
]
# Headers that it refuses.
WRONG = [
    (3, "{'descr': '<f8', 'fortran_order': False, 'shape': (7L, 3L), }\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (07, 3), }\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7l, 3), }\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7LL, 3), }\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': [7, 3], }\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3,,), }\n"),
    (1, "{'descr': '<f8', 'fortran_order': 0, 'shape': (7, 3), }\n"),
    (1, "{'descr': '<f8 ', 'fortran_order': False, 'shape': (7, 3), }\n"),
    (1, "{'descr': '<<f8', 'fortran_order': False, 'shape': (7, 3), }\n"),
    (1, "{'descr': 'F8', 'fortran_order': False, 'shape': (7, 3), }\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), }\0\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), };\n"),
    (1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), ,}\n"),
    (2, "{'descr': '<f8', 'fortran_order': False, 'shape': (7, 3), }" + " " * 70000),
]


def with_header(folder, name, version, header, x):
    """Writes x under a header made by hand; whether NumPy loads it, and as x."""
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    magic = b"\x93NUMPY" + bytes([version, 0])
    content = magic + length + header.encode() + x.tobytes()
    with open(os.path.join(folder, name), "wb") as file:
        file.write(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy asks to save headers of Python 2 anew
            return np.array_equal(np.load(io.BytesIO(content), allow_pickle=False), x)
    except Exception:  # ValueError, or what its tokenizer throws
        return False


def write_types(folder):
    y = np.arange(21.0).reshape(7, 3) % 10
    save(folder, "Y.npy", y, (1, 0))
    for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4"):
        for order in "<>":
            name = "Y-%s%s.npy" % ("le" if order == "<" else "be", kind)
            save(folder, name, np.array(y, dtype=order + kind, order="CF"[order == ">"]), (1, 0))


def write(folder):
    # Quarters: the same numbers in f2, f4 and f8.
    x = np.round(np.random.default_rng(5).normal(size=(7, 3)) * 64) / 4
    save(folder, "X.npy", x, (1, 0))
    for version in (1, 2, 3):
        for kind in ("<f8", ">f8", "<f4", ">f4", "<f2", ">f2"):
            for order in "CF":
                ends = "le" if kind[0] == "<" else "be"
                name = "X-%d-%s%s-%s.npy" % (version, ends, kind[1:], order)
                save(folder, name, np.array(x, dtype=kind, order=order), (version, 0))
    np.savetxt(os.path.join(folder, "X-blanks.txt"), x, fmt="%.17g")
    np.savetxt(os.path.join(folder, "X-commas.csv"), x, fmt="%.17g", delimiter=",", header="x,y,z")
    for newline, name in (("\r", "cr"), ("\r\n", "crlf")):
        np.savetxt(os.path.join(folder, "X-%s.txt" % name), x, fmt="%.17g", newline=newline)
    for number, (version, header) in enumerate(TAKEN):
        assert with_header(folder, "X-header-%d.npy" % number, version, header, x), header
    write_types(folder)


def refused(folder):
    good = np.ones((7, 3))
    for kind in ("<f16", "<c16", "<M8[s]", "|S8", "<U3", "|V8"):
        save(folder, "bad-%s.npy" % kind.strip("<|[s]"), good.astype(kind), (1, 0))
    save(folder, "bad-1d.npy", np.ones(3), (1, 0))
    save(folder, "bad-0d.npy", np.array(1.0), (1, 0))
    save(folder, "bad-3d.npy", np.ones((7, 3, 1)), (1, 0))
    for name, value in (("nan", np.nan), ("inf", np.inf), ("neginf", -np.inf)):
        bad = good.copy()
        bad[6, 2] = value
        save(folder, "bad-%s.npy" % name, bad, (1, 0))
        np.savetxt(os.path.join(folder, "bad-%s.txt" % name), bad)
    record = np.ones((7, 3), dtype=[("a", "<f8")])
    save(folder, "bad-record.npy", record, (1, 0))
    beyond = 2**53 + 1
    for kind, value in (("<i8", beyond), ("<i8", -beyond), (">u8", beyond), ("<f2", np.inf)):
        bad = good.astype(kind)
        bad[6, 2] = value
        save(folder, "bad-%s-%g.npy" % (kind[1:], value), bad, (1, 0))
    for number, (version, header) in enumerate(WRONG):
        name = "bad-header-%d.npy" % number
        assert not with_header(folder, name, version, header, good), header


def check(folder):
    for name in "QKV":
        path = os.path.join(folder, name + ".npy")
        with open(path, "rb") as file:
            assert npy.read_magic(file) == (1, 0), path
            shape, fortran, dtype = npy.read_array_header_1_0(file)
            assert file.tell() % 64 == 0 and not fortran and dtype == np.dtype("<f8"), path
        x = np.load(path, allow_pickle=False)
        assert x.shape == shape and np.isfinite(x).all(), path


def play(folder, scale, answers, normalised):
    q, k, v = (np.load(os.path.join(folder, name + ".npy")) for name in "QKV")
    with open(answers) as file:
        answers = [json.loads(line) for line in file]
    compared = 0

    def exact():
        logits = (scale * (q @ k.T)).astype(np.longdouble)
        if normalised:
            logits -= logits.max(axis=1, keepdims=True)
        weights = np.exp(logits)
        b = weights @ v.astype(np.longdouble)
        return b / weights.sum(axis=1, keepdims=True) if normalised else b

    with open(os.path.join(folder, "ops.trace")) as file:
        for number, line in enumerate(file, 1):
            words = line.split("#")[0].split()
            if not words or words[0] == "odamv-trace":
                continue
            if words[0][:-1] in ("update_", "set_"):
                x = {"q": q, "k": k, "v": v}[words[0][-1]]
                at = int(words[1]), int(words[2])
                x[at] = float(words[3]) + (x[at] if words[0][0] == "u" else 0)
                continue
            answer = answers[compared]
            assert answer["op"] == number and answer["kind"] == words[0], (number, answer)
            if words[0] == "query":
                assert (answer["i"], answer["j"]) == (int(words[1]), int(words[2])), answer
                truth = [exact()[answer["i"], answer["j"]]]
                values, bounds = [answer["value"]], [answer["bound"]]
            elif words[0] == "query_column":
                assert answer["j"] == int(words[1]) and "i" not in answer, answer
                truth, values, bounds = exact()[:, answer["j"]], answer["values"], answer["bounds"]
            else:
                assert answer["i"] == int(words[1]) and "j" not in answer, answer
                truth, values, bounds = exact()[answer["i"]], answer["values"], answer["bounds"]
            assert len(values) == len(bounds) == len(truth), answer
            # The reference itself computes its logits in doubles: 1e-12 relative to the largest.
            slack = 1e-12 * max(1.0, float(np.abs(truth).max()))
            for value, bound, t in zip(values, bounds, truth):
                assert abs(value - float(t)) <= (bound or 0.0) + slack, (answer, t)
            compared += 1
    assert compared == len(answers) and compared > 0, (compared, len(answers))
    print("%d answers agree with NumPy" % compared)


def main(arguments):
    if arguments[0] == "write":
        write(arguments[1])
    elif arguments[0] == "refused":
        refused(arguments[1])
    elif arguments[0] == "check":
        check(arguments[1])
    else:
        play(arguments[1], float(arguments[2]), arguments[3], "unnormalised" not in arguments[4:])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except AssertionError as wrong:
        sys.exit("numpy_io.py: %s" % (wrong,))

# SPDX-License-Identifier: GPL-3.0-or-later
"""installed_ctypes.py LIBRARY: `lazy` through ctypes, with functions alone: no table, no compiler.

One feature, two keys with logits log 3 and 0 after the update, values 1 and 5: B = (3 + 5) / 4 = 2.
"""
import ctypes
import math
import sys
from ctypes import POINTER, byref, c_bool, c_char_p, c_double, c_size_t, c_uint, c_void_p


class Problem(ctypes.Structure):
    _fields_ = [(name, c_size_t) for name in "mndp"] + [(name, POINTER(c_double)) for name in "qkv"] + [
        ("scale", c_double), ("normalised", c_bool)]


class Answer(ctypes.Structure):
    _fields_ = [("value", c_double), ("bound", c_double)]


library = ctypes.CDLL(sys.argv[1])
library.odamv_abi.restype = c_uint
assert library.odamv_abi() == int(sys.argv[2]), "not the library of this header"
library.odamv_engine_at.argtypes = [c_size_t]
library.odamv_engine_at.restype = library.odamv_engine_find.restype = c_void_p
library.odamv_engine_find.argtypes = [c_char_p]
library.odamv_engine_name.argtypes = [c_void_p]
library.odamv_engine_name.restype = library.odamv_status_name.restype = c_char_p
library.odamv_open.argtypes = [c_void_p, POINTER(Problem), c_void_p, POINTER(c_void_p), c_char_p, c_size_t]
library.odamv_set_k.argtypes = [c_void_p, c_void_p, c_size_t, c_size_t, c_double]
library.odamv_query.argtypes = [c_void_p, c_void_p, c_size_t, c_size_t, POINTER(Answer)]
library.odamv_close.argtypes = [c_void_p, c_void_p]

names = []
while engine := library.odamv_engine_at(len(names)):
    names.append(library.odamv_engine_name(engine))
assert b"naive" in names and b"lazy-wc" in names, names

lazy = library.odamv_engine_find(b"lazy")
numbers = [(c_double * 2)(*pair) for pair in ((1, 1), (0, 0), (1, 5))]
problem = Problem(2, 2, 1, 1, *numbers, 1.0, True)
state, message, answer = c_void_p(), ctypes.create_string_buffer(200), Answer()
assert library.odamv_open(lazy, problem, None, byref(state), message, len(message)) == 0, message.value
assert library.odamv_set_k(lazy, state, 0, 0, math.log(3)) == 0
assert library.odamv_query(lazy, state, 1, 0, byref(answer)) == 0
assert abs(answer.value - 2) <= answer.bound + 1e-15 and answer.bound < 1e-13, (answer.value, answer.bound)
assert library.odamv_status_name(library.odamv_query(lazy, state, 2, 0, byref(answer))) == b"domain"
library.odamv_close(lazy, state)
problem.m = 0
assert library.odamv_open(lazy, problem, None, byref(state), message, len(message)) == 2
assert b"m is 0" in message.value and not state.value

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * npy_header.h: what precedes the elements of an NPY file, versions 1, 2 and 3.
 *
 * Source: NumPy Enhancement Proposal 1 and the format's description in numpy.lib.format. A file is
 *
 *     file   = \x93NUMPY  MAJOR  0  LENGTH  header  elements
 *     header = "{" item { "," item } [ "," ] "}"
 *     item   = "'descr'" ":" "'" [ "<" | ">" | "=" | "|" ] TYPE "'"
 *            | "'fortran_order'" ":" ( "True" | "False" )
 *            | "'shape'" ":" "(" ROWS [ "L" ] "," COLS [ "L" ] [ "," ] ")"
 *
 * where MAJOR and 0 are bytes, and LENGTH is the header's number of bytes in 2 bytes, from version
 * 2 on in 4, little-endian. Each item stands once, in any order; strings may have double quotes;
 * the L of Python 2 is not in version 3; blanks and ends of lines may stand between any two words,
 * before the header and after it. Without "<" or ">" the byte order is that of this machine. NumPy
 * reads all of these, and more of what a Python literal may be, which no writer makes.
 */
#ifndef NPY_HEADER_H
#define NPY_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/ground/say.h"
#include "npy_element.h"

#define NPY_MAGIC      "\x93NUMPY"
#define NPY_MAGIC_SIZE 6
#define NPY_FIRST      0x93 /* the first byte, which no text has */

/* Bytes of the longest header that is read, which any of version 1 is; for a matrix NumPy writes
 * less than 128, and reads 10000 unless told otherwise. With the longest preamble before it. */
#define NPY_HEADER_MAX   ((size_t)65536)
#define NPY_PREAMBLE_MAX (12 + NPY_HEADER_MAX)

struct npy_header {
    const struct npy_type *type;
    bool big_endian, fortran_order;
    size_t rows, cols;
    size_t shape_offset; /* of the shape in the file, in bytes, for messages */
    size_t data_offset;  /* of the first element */
};

/* How many bytes of the file precede the elements, as far as its first `length` bytes tell: 10 when
 * they are fewer, then 12 from version 2 on, then all; never more than NPY_PREAMBLE_MAX. */
size_t npy_preamble(const unsigned char *bytes, size_t length);

/* Parses the first `length` bytes of a file. BAD when these are not enough or not right. `file` is
 * for the message only. */
enum status npy_parse_header(const char *file, const unsigned char *bytes, size_t length,
                             struct npy_header *out, struct say *say);

#endif

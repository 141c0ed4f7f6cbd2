# SPDX-License-Identifier: GPL-3.0-or-later
"""Small changes of C functions, one at a time.

mutants_of(file, text) lists them. It reads tokens, not a syntax tree: the sources are formatted by one tool and use
no macro that hides a brace, so that a token and its neighbours tell what it is. Only what is inside functions is
changed, never declarations, tables, comments, texts of messages or preprocessor lines.
"""
import bisect
import re
from dataclasses import dataclass

TOKEN = re.compile(r'''
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/|\#(?:[^\n\\]|\\.)*|\\\n)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<number>(?:0[xX][0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?(?:[pP][+-]?\d+)?|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)[uUlLfF]*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<sign>->|\+\+|--|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\.\.\.|.)''', re.X | re.S)

KEYWORDS = set('''if else for while do switch case default return break continue goto sizeof const static struct enum
union void bool char int long short unsigned signed float double volatile restrict _Static_assert'''.split())
TYPES = set('void bool char int long short unsigned signed float double size_t uint64_t int64_t blasint vd vi'.split())
SWAPS = {'+': '-', '-': '+', '*': '/', '/': '*', '%': '/', '+=': '-=', '-=': '+=', '*=': '/=', '/=': '*='}
RELATIONS = {'<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '=='}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mutant:
    file: str
    function: str
    operator: str
    line: int     # from 1; where it stands now, not part of the identity
    before: str   # the line, stripped
    after: str
    start: int    # what text[start:end] becomes
    end: int
    new: str

    @property
    def identity(self):
        return '\t'.join((self.file, self.function, self.operator, self.before, self.after))

    def apply(self, text):
        return text[:self.start] + self.new + text[self.end:]


def tokens_of(text):
    return [Token(m.lastgroup, m.group(), m.start(), m.end()) for m in TOKEN.finditer(text) if m.lastgroup != 'skip']


def matching(tokens):
    """For every opening bracket the index of its closing one, and back."""
    pairs, stack = {}, []
    for i, token in enumerate(tokens):
        if token.text in ('(', '[', '{') and token.kind == 'sign':
            stack.append(i)
        elif token.text in (')', ']', '}') and token.kind == 'sign' and stack:
            pairs[i] = stack.pop()
            pairs[pairs[i]] = i
    return pairs


def functions_of(tokens, pairs):
    """(name, first token of the body, last token): a brace at the top that follows a parenthesis."""
    i = 0
    while i < len(tokens):
        if tokens[i].text == '{' and tokens[i].kind == 'sign':
            if i and tokens[i - 1].text == ')':
                yield tokens[pairs[i - 1] - 1].text, i + 1, pairs[i] - 1
            i = pairs[i]
        i += 1


class Function:
    """The mutants of one function."""

    def __init__(self, file, text, tokens, pairs, name, first, last):
        self.file, self.text, self.tokens, self.pairs = file, text, tokens, pairs
        self.name, self.first, self.last = name, first, last

    def at(self, i):
        return self.tokens[i].text

    def ends_value(self, i):
        token = self.tokens[i]
        return token.kind in ('number', 'text') or token.text in (')', ']') or (
            token.kind == 'word' and token.text not in KEYWORDS)

    def begins_statement(self, i):
        return self.at(i - 1) in ('{', '}', ';', 'else') or (
            self.at(i - 1) == ')' and self.at(self.pairs[i - 1] - 1) in ('if', 'for', 'while'))

    def is_declaration(self, i):
        """Whether the statement of token i declares something."""
        while not (self.begins_statement(i) or self.at(i - 1) == '('):
            i = self.pairs[i - 1] if self.at(i - 1) in (')', ']', '}') else i - 1
        return self.at(i) in TYPES or self.at(i) in ('const', 'static', 'struct', 'enum', 'volatile', 'union')

    def is_pointer(self, i):
        """Whether this star belongs to a type."""
        return self.at(i - 1) in TYPES or self.at(i - 1) in ('const', '*') or self.at(i - 2) in ('struct', 'enum')

    def binary(self, i):
        return self.ends_value(i - 1) and not (self.at(i) == '*' and self.is_pointer(i))

    def end_of_statement(self, i):
        """Of the one that begins at i; 0 where that is part of an initialiser."""
        while self.at(i) != ';':
            if self.at(i) in (')', ']', '}'):
                return 0
            i = self.pairs.get(i, i) + 1
        return i

    def replace(self, first, last, new):
        return self.tokens[first].start, self.tokens[last].end, new

    def signs(self, i):
        sign = self.at(i)
        if sign in SWAPS and (self.binary(i) or sign.endswith('=')):
            yield 'arithmetic', self.replace(i, i, SWAPS[sign])
        if sign in RELATIONS and self.binary(i):
            yield 'relation', self.replace(i, i, RELATIONS[sign])
            if sign in ('<', '<=', '>', '>='):
                yield 'relation', self.replace(i, i, {'<': '>', '<=': '>', '>': '<', '>=': '<'}[sign])
        if sign in ('&&', '||'):
            yield 'logic', self.replace(i, i, '||' if sign == '&&' else '&&')
        if sign == '!' and self.at(i + 1) != '=':
            yield 'logic', self.replace(i, i, '')
        if sign == ']' and not self.is_declaration(i):
            yield 'index', self.replace(i, i, ' + 1]')
            yield 'index', self.replace(i, i, ' - 1]')

    def numbers(self, i):
        number = self.at(i)
        if re.fullmatch(r'\d+[uUlL]*', number):
            value = int(number.rstrip('uUlL'))
            yield 'constant', self.replace(i, i, str(value + 1))
            if value:
                yield 'constant', self.replace(i, i, str(value - 1))
        else:
            yield 'constant', self.replace(i, i, f'(2 * {number})')
            yield 'constant', self.replace(i, i, '0.0')

    def words(self, i):
        word = self.at(i)
        if word == 'if' and self.at(i + 1) == '(':
            yield 'condition', (self.tokens[i + 1].end, self.tokens[self.pairs[i + 1]].start,
                                '!(' + self.inner(i + 1) + ')')
            yield 'condition', (self.tokens[i + 1].end, self.tokens[self.pairs[i + 1]].start, 'false')
        if word in ('true', 'false'):
            yield 'constant', self.replace(i, i, 'false' if word == 'true' else 'true')
        if word in ('fmin', 'fmax'):
            yield 'function', self.replace(i, i, 'fmax' if word == 'fmin' else 'fmin')
        if word in ('continue', 'break') and self.at(i + 1) == ';':
            yield 'statement', self.replace(i, i, '(void)0')
        if self.tokens[i].kind == 'word' and word not in KEYWORDS and self.at(i + 1) == '(':
            yield from self.swapped(i + 1)
        if word not in KEYWORDS and word not in TYPES and self.begins_statement(i) and not self.is_declaration(i):
            end = self.end_of_statement(i)
            if self.at(i + 1) != ':' and end and any(
                    self.at(t) in ('=', '(', '++', '--') or self.at(t) in SWAPS for t in range(i + 1, end)):
                yield 'statement', self.replace(i, end - 1, '(void)0')

    def inner(self, bracket):
        return self.text[self.tokens[bracket].end:self.tokens[self.pairs[bracket]].start]

    def swapped(self, bracket):
        """The first two arguments, where each is one word."""
        i = bracket + 1
        if self.at(i + 1) == ',' and self.at(i + 3) in (',', ')') and self.tokens[i].kind == 'word' and (
                self.tokens[i + 2].kind == 'word' and self.at(i) != self.at(i + 2)):
            yield 'arguments', (self.tokens[i].start, self.tokens[i + 2].end, self.at(i + 2) + ', ' + self.at(i))

    def mutants(self):
        for i in range(self.first, self.last + 1):
            kind = self.tokens[i].kind
            yield from {'sign': self.signs, 'number': self.numbers, 'word': self.words}.get(kind, lambda _: ())(i)


def mutants_of(file, text):
    tokens = tokens_of(text)
    pairs = matching(tokens)
    lines = [0] + [m.end() for m in re.finditer('\n', text)] + [len(text) + 1]
    found = []
    for name, first, last in functions_of(tokens, pairs):
        for operator, (start, end, new) in Function(file, text, tokens, pairs, name, first, last).mutants():
            line = bisect.bisect_right(lines, start)
            begin, stop = lines[line - 1], lines[bisect.bisect_left(lines, end)] - 1
            before, after = text[begin:stop], text[begin:start] + new + text[end:stop]
            found.append(Mutant(file, name, operator, line, ' '.join(before.split()), ' '.join(after.split()),
                                start, end, new))
    return found

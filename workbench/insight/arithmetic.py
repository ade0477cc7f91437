"""Arithmetic that can be checked: expressions of rounded numbers, and as many digits of the result as they allow.

Every operand is shown rounded to so many decimals. The result is worked out from what is shown, not from what is
known better, and then rounded itself: whoever recomputes it from the screen gets it to its last digit. How far the
operands' rounding can move the result is bounded as the expression is worked out; the result has the most decimals for
which that is at most half a unit of the last, so that it is never more than one unit from the true value.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple, Protocol

#: Operands below 100 have so many decimals, larger ones fewer, and results at least one less.
OPERAND_PLACES = 4

#: Digits of what is worked out in between.
_PRECISION = 40

_HALF, _ONE, _TWO = Decimal("0.5"), Decimal(1), Decimal(2)


class Token(NamedTuple):
    """A piece of an expression's text. ``gate``: the quantity it is of, by its id; empty for signs and brackets."""

    text: str
    gate: str = ""


Tokens = tuple[Token, ...]


class Found(NamedTuple):
    """A value, and how far from the true one it can be because operands were rounded."""

    value: Decimal
    error: Decimal


class Expression(Protocol):
    """Something to be worked out from operands. ``places``: decimals that operands are rounded to; None: not at all."""

    def find(self, places: int | None) -> Found:
        """Its value, in the decimal context of the caller."""

    def tokens(self, places: int | None) -> Tokens:
        """Its text, with the operands' symbols, or with their numbers rounded to ``places``."""

    def operands(self) -> tuple["Operand", ...]:
        """What it is worked out from, in the order it is written."""


@dataclass(frozen=True)
class Operand:
    """One number, its symbol, and the quantity it is of."""

    symbol: str
    value: float
    gate: str = ""

    def find(self, places: int | None) -> Found:
        if places is None:
            return Found(Decimal(self.value), Decimal(0))
        return Found(rounded(Decimal(self.value), places), _HALF.scaleb(-places))

    def tokens(self, places: int | None) -> Tokens:
        return (Token(self.symbol if places is None else told(rounded(Decimal(self.value), places)), self.gate),)

    def operands(self) -> tuple["Operand", ...]:
        return (self,)


@dataclass(frozen=True)
class Sum:
    """Terms added up; a negative number among them is written as taken away."""

    terms: tuple[Expression, ...]

    def find(self, places: int | None) -> Found:
        found = [term.find(places) for term in self.terms]
        return Found(sum((f.value for f in found), Decimal(0)), sum((f.error for f in found), Decimal(0)))

    def tokens(self, places: int | None) -> Tokens:
        written: list[Token] = []
        for term in self.terms:
            tokens = term.tokens(places)
            if not written:
                written += tokens
            elif isinstance(term, Operand) and tokens[0].text.startswith(MINUS):
                written += [Token(f" {MINUS} "), Token(tokens[0].text[1:], term.gate)]
            else:
                written += [Token(" + "), *tokens]
        return tuple(written)

    def operands(self) -> tuple[Operand, ...]:
        return tuple(operand for term in self.terms for operand in term.operands())


@dataclass(frozen=True)
class Product:
    """Two factors; sums and negative numbers stand in brackets."""

    first: Expression
    second: Expression

    def find(self, places: int | None) -> Found:
        (a, of_a), (b, of_b) = self.first.find(places), self.second.find(places)
        return Found(a * b, abs(a) * of_b + abs(b) * of_a + of_a * of_b)

    def tokens(self, places: int | None) -> Tokens:
        return (*_factor(self.first, places), Token(" · "), *_factor(self.second, places))

    def operands(self) -> tuple[Operand, ...]:
        return (*self.first.operands(), *self.second.operands())


@dataclass(frozen=True)
class OneMinus:
    """What is missing to 1."""

    of: Operand

    def find(self, places: int | None) -> Found:
        found = self.of.find(places)
        return Found(_ONE - found.value, found.error)

    def tokens(self, places: int | None) -> Tokens:
        return (Token(f"(1 {MINUS} "), *self.of.tokens(places), Token(")"))

    def operands(self) -> tuple[Operand, ...]:
        return (self.of,)


@dataclass(frozen=True)
class Applied:
    """A function of what is in its brackets; none of those in ``FUNCTIONS`` is steeper than its bound there."""

    function: str
    to: Expression

    def find(self, places: int | None) -> Found:
        apply, slope = FUNCTIONS[self.function]
        found = self.to.find(places)
        return Found(apply(found.value), slope * found.error)

    def tokens(self, places: int | None) -> Tokens:
        return (Token(f"{self.function}("), *self.to.tokens(places), Token(")"))

    def operands(self) -> tuple[Operand, ...]:
        return self.to.operands()


def sigmoid(a: Decimal) -> Decimal:
    """The logistic function 1 / (1 + e^-a)."""
    small = (-abs(a)).exp()  # at most 1, so that nothing overflows
    return (_ONE if a >= 0 else small) / (_ONE + small)


def tanh(a: Decimal) -> Decimal:
    """(1 - e^-2a) / (1 + e^-2a)."""
    small = (-_TWO * abs(a)).exp()
    return ((_ONE - small) / (_ONE + small)).copy_sign(a)


def relu(a: Decimal) -> Decimal:
    """The rectifier: a, but never below 0."""
    return max(Decimal(0), a)


#: Each function by how it is written, and the steepest it gets.
FUNCTIONS = {"σ": (sigmoid, Decimal("0.25")), "tanh": (tanh, _ONE), "relu": (relu, _ONE)}

MINUS = "\N{MINUS SIGN}"


class Worked(NamedTuple):
    """An expression worked out. ``value`` is true, as far as 40 digits are; ``shown`` follows from what is shown."""

    value: float
    shown: Decimal
    places: int  # decimals of the operands
    shown_places: int  # and of the result; below 0 where not even its ones are certain


def work_out(expression: Expression) -> Worked:
    """The result, with as many digits as its operands support. All operands must be finite."""
    with localcontext(prec=_PRECISION):
        largest = max((abs(operand.value) for operand in expression.operands()), default=0.0)
        places = OPERAND_PLACES - max(0, Decimal(largest).adjusted() - 1)
        value, error = expression.find(places)
        shown_places = places - 1
        while error > _HALF.scaleb(-shown_places):
            shown_places -= 1
        exact = expression.find(None).value
        return Worked(float(exact), rounded(value, shown_places), places, shown_places)


def rounded(value: Decimal, places: int) -> Decimal:
    """To the nearest with so many decimals, a tie to the even one; 0 has no sign."""
    with localcontext(prec=400):
        result = value.quantize(_ONE.scaleb(-places))
    return result.copy_abs() if result.is_zero() else result


def told(number: Decimal) -> str:
    """As it is read on the screen: a minus sign and not a hyphen, a power of ten where digits are not certain."""
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    if number.is_zero():
        text = f"{abs(number):.{max(0, -exponent)}f}"
    elif exponent > 0:
        mantissa = Decimal((sign, digits, 1 - len(digits)))
        text = f"{mantissa:f}·10{str(number.adjusted()).translate(_RAISED)}"
    else:
        text = f"{number:f}"
    return text.replace("-", MINUS)


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def text(tokens: Tokens) -> str:
    """The tokens' words in one."""
    return "".join(token.text for token in tokens)


def _factor(factor: Expression, places: int | None) -> Tokens:
    tokens = factor.tokens(places)
    if isinstance(factor, Sum) or (isinstance(factor, Operand) and tokens[0].text.startswith(MINUS)):
        return (Token("("), *tokens, Token(")"))
    return tokens

"""What is shown can be recomputed from what is shown, to its last digit, and is at most one unit from the truth."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.insight.arithmetic import (
    Applied,
    Expression,
    OneMinus,
    Operand,
    Product,
    Sum,
    rounded,
    sigmoid,
    tanh,
    text,
    told,
    work_out,
)

NUMBERS = st.one_of(st.floats(-12, 12), st.floats(-1, 1), st.floats(-1e9, 1e9), st.floats(-1e-6, 1e-6), st.just(0.0))


def numbers(count: int) -> st.SearchStrategy[list[float]]:
    return st.lists(NUMBERS, min_size=count, max_size=count)


def shapes(values: list[float]) -> list[tuple[Expression, float]]:
    """Every shape of equation that the cells have, and its true value by NumPy."""
    a, b, c, d = values
    A, B, C, D = (Operand(symbol, value) for symbol, value in zip("abcd", values, strict=True))
    logistic = float(1 / (1 + np.exp(-np.float64(a + b + c)))) if abs(a + b + c) < 700 else float(a + b + c > 0)
    return [
        (Applied("σ", Sum((A, B, C))), logistic),
        (Applied("tanh", Sum((A, B, C))), math.tanh(a + b + c)),
        (Applied("relu", Sum((A, B, C))), max(0.0, a + b + c)),
        (Sum((Product(A, B), Product(C, D))), a * b + c * d),
        (Applied("tanh", Sum((A, Product(B, Sum((C, D)))))), math.tanh(a + b * (c + d))),
        (Product(A, Applied("tanh", B)), a * math.tanh(b)),
        (Sum((Product(OneMinus(A), B), Product(A, C))), (1 - a) * b + a * c),
    ]


@settings(max_examples=200)
@given(numbers(4))
def test_a_shown_result_is_within_one_unit_of_the_true_one(values: list[float]) -> None:
    for expression, true in shapes(values):
        worked = work_out(expression)
        slack = 1e-12 * max(1.0, *(abs(v) for v in values)) ** 2  # of the floats it is compared with
        assert abs(float(worked.shown) - true) <= 10.0**-worked.shown_places + slack
        assert worked.value == pytest.approx(true, rel=1e-9, abs=slack)


@settings(max_examples=200)
@given(numbers(4))
def test_a_shown_result_follows_from_the_shown_operands(values: list[float]) -> None:
    """Recomputed with nothing but the strings on the screen, by the floats of any calculator."""
    for expression, _ in shapes(values):
        worked = work_out(expression)
        shown = [float(of_screen(told_operand(o, worked.places))) for o in expression.operands()]
        recomputed = recompute(expression, iter(shown))
        step = 10.0**-worked.shown_places
        # Rounded to the same digit, unless it lies so near the middle between two that floats cannot tell.
        nearest = round(recomputed / step) * step
        is_a_tie = abs(abs(recomputed / step - math.floor(recomputed / step)) - 0.5) < 1e-6
        tolerance = step * (1.001 if is_a_tie else 0.001) + 1e-9 * abs(recomputed)
        assert abs(float(of_screen(told(worked.shown))) - nearest) <= tolerance


def told_operand(operand: Operand, places: int) -> str:
    return text(operand.tokens(places))


def of_screen(shown: str) -> str:
    """A number read off the screen, as Python reads it."""
    if "·10" in shown:
        mantissa, power = shown.split("·10")
        shown = f"{mantissa}e{power.translate(str.maketrans('⁰¹²³⁴⁵⁶⁷⁸⁹⁻', '0123456789-'))}"
    return shown.replace("\N{MINUS SIGN}", "-")


def recompute(expression: Expression, values: "object") -> float:
    """The expression's value, its operands taken from ``values`` in the order they are written."""
    assert hasattr(values, "__next__")
    match expression:
        case Operand():
            return float(next(values))
        case Sum(terms):
            return math.fsum([recompute(term, values) for term in terms])
        case Product(first, second):
            return recompute(first, values) * recompute(second, values)
        case OneMinus(of):
            return 1.0 - recompute(of, values)
        case Applied(function, to):
            a = recompute(to, values)
            if function == "σ":
                return 1 / (1 + math.exp(-a)) if a > -700 else 0.0
            return math.tanh(a) if function == "tanh" else max(0.0, a)
    raise AssertionError(expression)


def test_ordinary_numbers_have_four_decimals_and_their_results_three() -> None:
    forget = Applied("σ", Sum((Operand("W x", 0.31), Operand("U h", 0.12), Operand("b", -0.05))))
    worked = work_out(forget)
    assert text(forget.tokens(worked.places)) == "σ(0.3100 + 0.1200 − 0.0500)"
    assert told(worked.shown) == "0.594"
    state = Sum((Product(Operand("f", 0.59387), Operand("c", -1.5)), Product(Operand("i", 0.5), Operand("g", 0.25))))
    assert text(state.tokens(4)) == "0.5939 · (−1.5000) + 0.5000 · 0.2500"
    assert told(work_out(state).shown) == "−0.766"


def test_a_large_state_makes_the_digits_of_its_product_uncertain() -> None:
    def state(c: float) -> int:
        f, before = Operand("f", 0.5), Operand("c", c)
        return work_out(Sum((Product(f, before), Product(Operand("i", 0.5), Operand("g", 0.5))))).shown_places

    assert [state(c) for c in (0.5, 7.0, 9.0, 90.0, 900.0)] == [3, 3, 2, 2, 0]


def test_what_is_not_certain_is_told_as_a_power_of_ten() -> None:
    worked = work_out(Sum((Operand("a", 123456789.0), Operand("b", 1.0))))
    assert worked.places == -3
    assert told(worked.shown) == "1.2346·10⁸"
    assert told(rounded(Decimal("-0.00001"), 3)) == "0.000"
    assert told(rounded(Decimal(3), -2)) == "0"


@given(st.floats(-800, 800))
def test_the_functions_are_numpys(a: float) -> None:
    with localcontext(prec=40):
        assert float(sigmoid(Decimal(a))) == pytest.approx(float(0.5 * (1 + np.tanh(a / 2))), abs=1e-15)
        assert float(tanh(Decimal(a))) == pytest.approx(float(np.tanh(a)), rel=1e-14)

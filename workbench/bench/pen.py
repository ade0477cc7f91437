"""How many pen traces, drawn on the pad with mouse events, the bundled network reads."""

import argparse
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from workbench.bench.mouse import Hand
from workbench.bench.offscreen import open_window
from workbench.cli.output import Output
from workbench.data.unipen import by_writer, pen_digits
from workbench.engine.score import Share


def measure(arguments: argparse.Namespace, output: Output) -> dict[str, Any]:
    """Draws each trace stroke by stroke, clears the pad after it, and compares the answer with the label."""
    traces = by_writer(pen_digits(Path(arguments.pen)))[2]
    # Of hands that no network learnt from, and spread evenly over them.
    chosen = [traces[k * len(traces) // arguments.count] for k in range(min(arguments.count, len(traces)))]
    wrong: dict[str, int] = {}
    right = 0
    with open_window() as opened:
        pad = opened.window.findChild(QWidget, "digitCanvas")
        assert isinstance(pad, QWidget)
        hand, session = Hand(pad), opened.session
        for digit in chosen:
            for stroke in digit.drawing().strokes:
                hand.stroke(stroke)
            opened.spin_until(lambda: session.looking.answered == session.looking.asked)
            answer = session.looking.answers["digits"]
            assert answer is not None
            said = answer.question.trained.classes[int(answer.probabilities.argmax())]
            if said == str(digit.label):
                right += 1
            else:
                mistake = f"{digit.label} read as {said}"
                wrong[mistake] = wrong.get(mistake, 0) + 1
            session.clear_pad()
            opened.spin_until(lambda: session.pad.content.is_empty)
            opened.spin(0.0)
    score = Share("pen traces", right, len(chosen))
    low, high = score.interval()
    output.say(
        f"pen: {100 * score.accuracy:.1f} % of {len(chosen)} pen traces drawn with mouse events are read right "
        f"(95 % interval {100 * low:.1f} to {100 * high:.1f} %)"
    )
    common = sorted(wrong.items(), key=lambda item: -item[1])[:6]
    if common:
        output.say("     most often wrong: " + ", ".join(f"{what} ({count})" for what, count in common))
    return {"right": right, "of": len(chosen), "accuracy": score.accuracy, "wrong": wrong}

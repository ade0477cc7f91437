"""Taking in what the workers said: every desk is polled, in the order in which one depends on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import BadInput
from workbench.session.change import Change
from workbench.session.job import Failed

if TYPE_CHECKING:
    from workbench.session.session import Session


def take_in(session: Session, change: Change) -> Change:
    """What changed, with what had changed before. Never waits."""
    loaded, failures = _networks(session)
    trained = _training(session)
    change |= loaded | trained | session.times.poll() | session.screen.poll()
    _answer_with_what_trains(session, is_new=Change.NETWORK in trained or (bool(loaded) and session.training.is_busy))
    change |= _places(session, failures)
    change |= _answers(session, change)
    change |= session.race.poll(change)
    for level, sentence, details in session.race.take_notes():
        session.log.note(level, sentence, details)
    change |= _runs(session)
    return change | session.verifying.poll() | session.flowing.poll() | _estimate(session)


def _networks(session: Session) -> tuple[Change, list[BadInput | Failed]]:
    loaded, failures = session.networks.poll()
    for opened in session.networks.take_opened():
        session.log.note("info", f"Opened as the run {opened.folder}")
        session.look_at(opened.network.trained.preset.task)
        session.screen.bring(opened.folder)
    return loaded, failures


def _training(session: Session) -> Change:
    training = session.training
    was_busy = training.is_busy
    said = training.poll()
    for line in training.take_said():
        session.log.note_said(line)
    if was_busy and not training.is_busy:
        session.log.note_end(training)
    return said


def _answer_with_what_trains(session: Session, *, is_new: bool) -> None:
    """While a network trains it is the one that answers, even when another was still being loaded."""
    trained = session.training.trained
    if trained is not None and is_new and not session.times.holds(trained.preset.task):
        session.networks.use(trained, "training")


def _places(session: Session, failures: list[BadInput | Failed]) -> Change:
    """The pictures and the story; ``failures`` to load a network are noted with theirs."""
    if session.looking.at == "images":
        session.images.want(session.network_for("images"))
    had, not_loaded = session.images.poll()
    for failure in (*failures, *not_loaded):
        session.log.note_failure(failure)
    return had | session.story.poll() | session.story.follow(session.network_for("words"))


def _answers(session: Session, change: Change) -> Change:
    """Asks anew where what is asked about is another, and takes in the answers and what hangs on them."""
    looking, asking = session.looking, session.asking
    in_use = asking.network_for(looking.at)
    trained = in_use.trained if in_use is not None else None
    change |= session.clamping.poll(trained)
    asked = Change.NONE
    if change & (Change.NETWORK | Change.STORY | Change.IMAGES | Change.CLAMPS):
        asked |= asking.ask(looking.at)
    if Change.NETWORK in change and looking.at != "digits" and looking.answers["digits"] is None:
        asked |= asking.ask("digits")
    answered, failures_to_read = looking.poll()
    influenced, failures_to_find = session.influence.poll(asking.answer)
    change |= asked | answered | influenced
    for error in (*failures_to_read, *failures_to_find):
        session.log.note("error", f"The network could not answer: {error}", repr(error))
    change |= session.examining.poll(trained, at_once=session.times.at is not None)
    return change | session.ordering.poll(asking.answer, looking.layer) | session.calibrating.poll()


def _runs(session: Session) -> Change:
    change = session.exporting.poll()
    for exported in session.exporting.take_untold():
        session.log.note("info", f"Exported as {exported.path}")
    change |= session.runs.poll(is_busy=session.training.is_busy or session.race.is_busy)
    if (begun := session.runs.take_begun()) is not None:
        try:
            session.resume(*begun, is_made=True)
        except BadInput as error:
            session.log.note_failure(error)
    return change


def _estimate(session: Session) -> Change:
    is_busy = session.training.is_busy or session.race.is_busy or session.networks.is_loading
    is_free = not (is_busy or session.choices.problems)
    change = session.estimating.poll(session.choices.preset if is_free else None)
    while session.estimating.failures:
        failure = session.estimating.failures.pop()
        session.log.note("warning", f"The length could not be estimated: {failure.sentence}", failure.details)
    return change

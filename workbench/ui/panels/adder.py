"""The adder tab: two numbers, their sum in columns, what the network says of each bit, and the unit that carries."""

from typing import ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from workbench.errors import BadInput
from workbench.insight.scales import scale_of
from workbench.session.adder_desk import FEWEST_BITS, MOST_BITS, Addition, told_number, wrong_bits
from workbench.session.change import Change
from workbench.session.reader import Answer
from workbench.session.session import Session
from workbench.ui.panels.carrier_choice import CarrierChoice
from workbench.ui.panels.controls import caption_label
from workbench.ui.panels.network_caption import network_caption
from workbench.ui.panels.panel import Panel
from workbench.ui.panels.train_for import TrainFor
from workbench.ui.stylesheet import inset
from workbench.ui.text import tr
from workbench.ui.theme import GRID, Theme
from workbench.ui.widgets.sum_bits import Carried, Column, SumBits


class AdderPanel(Panel):
    """Types into the session's sum, and shows its bits with the network's beside them."""

    listens: ClassVar[Change] = Change.SUM | Change.READING | Change.NETWORK | Change.TRAINING | Change.CURSOR

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(session, theme, parent)
        self.setObjectName("adderPanel")
        self.setAccessibleName(tr("Add bit by bit"))
        self.a = self._summand("adderA", tr("First number"))
        self.b = self._summand("adderB", tr("Second number"))
        self.random = QPushButton(tr("Random sum"))
        self.random.setObjectName("adderRandom")
        self.random.setToolTip(tr("Two random numbers that fill the bits"))
        self.bits = QSpinBox()
        self.bits.setObjectName("adderBitCount")
        self.bits.setAccessibleName(tr("Bits"))
        self.bits.setSuffix(tr(" bits"))
        self.bits.setKeyboardTracking(False)
        self.bits.setToolTip(tr("In how many bits the sum is read: as in training, or more"))
        inset(self.bits)
        self.trained_on = caption_label("adderTrainedOn")
        self.message = caption_label("adderMessage", "error")
        self.sum = QLabel()
        self.sum.setObjectName("adderSum")
        self.sum.setProperty("role", "heading")
        self.said = QLabel()
        self.said.setObjectName("adderSaid")
        for label in (self.sum, self.said):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.columns = SumBits()
        self.columns.setObjectName("adderBits")
        self.reading = caption_label("adderReading")
        self.reading.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.reading.setMinimumHeight(3 * self.reading.fontMetrics().height())
        self.carrier = CarrierChoice()
        self.train = TrainFor(session, "bits", tr("Train the adder"))
        self.caption = caption_label("adderCaption")
        self._build()
        self._connect()
        self.set_theme(theme)

    # --- showing ------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The numbers as typed, their bits, and the network's answer to them."""
        session, desk = self.session, self.session.adder
        in_use = session.network_for("bits")
        addition = desk.addition(in_use)
        for edit, text in zip((self.a, self.b), desk.texts, strict=True):
            if edit.text() != text:
                edit.setText(text)
        self.bits.blockSignals(True)
        self.bits.setRange(max(FEWEST_BITS, desk.least_bits), MOST_BITS)
        self.bits.setValue(addition.places)
        self.bits.blockSignals(False)
        steps = None if in_use is None else in_use.trained.interface.steps
        self.trained_on.setText(self._trained_on(steps, addition.places))
        self.message.setText(desk.problem)
        self.message.setVisible(bool(desk.problem))
        self.train.refresh()
        answer = self._answer(addition)
        # A network answers in milliseconds: until then the last sum stands, so that nothing jumps while one types.
        if in_use is None or answer is not None or not self.columns.steps:
            self._show_sum(addition, answer)
        step = session.looking.cursor if session.looking.at == "bits" else None
        self.columns.set_cursor(step)
        self._show_reading(step)
        self.caption.setText(self._caption_text())

    def set_theme(self, theme: Theme) -> None:
        """Takes on another look."""
        super().set_theme(theme)
        self.columns.set_theme(theme)

    def _answer(self, addition: Addition) -> Answer | None:
        """The network's answer to this sum; None while it has answered another one, or none."""
        answer = self.session.looking.answers["bits"]
        in_use = self.session.network_for("bits")
        if answer is None or in_use is None or answer.question.probe.inputs.shape != addition.inputs.shape:
            return None
        return answer if (answer.question.probe.inputs == addition.inputs).all() else None

    def _show_sum(self, addition: Addition, answer: Answer | None) -> None:
        self.sum.setText(f"{addition.a:,} + {addition.b:,} = {addition.a + addition.b:,}")
        said = None if answer is None else answer.beliefs[:, 0]
        self.carrier.set_carriers(() if answer is None else answer.carriers)
        if answer is None or said is None:
            self.said.setText(tr(self.session.nobody_answers("bits")))
        else:
            self.said.setText(said_sentence(addition, told_number(said), wrong_bits(addition, said)))
        bits = (addition.a_bits, addition.b_bits, addition.carry_bits, addition.total_bits)
        self.columns.set_sum(Column(*bits, said, None if answer is None else self._carried(answer)))

    def _carried(self, answer: Answer) -> Carried | None:
        """The chosen unit's values for this sum."""
        chosen = self.carrier.chosen
        if chosen is None:
            return None
        for layer in answer.trace.layers:
            if (layer.layer, layer.direction) == (chosen.layer, chosen.direction):
                gate = next(gate for gate in layer.shown if gate.id == chosen.gate)
                scale = scale_of(gate.low, gate.high, layer.gates[gate.id])
                values = layer.gates[gate.id][chosen.unit]
                name = tr("{gate}, unit {unit}").format(gate=gate.id, unit=chosen.unit)
                return Carried(name, values, scale.low, scale.high, scale.colours)
        return None

    def _show_reading(self, step: int | None) -> None:
        if step is None or step >= self.columns.steps:
            self.reading.setText(
                tr("The lowest bit is read first, so time runs from right to left. Point at a column to read it.")
            )
            return
        text = self.columns.reading_at(step, None)
        self.reading.setText(text[:1].upper() + text[1:])

    def _trained_on(self, steps: int | None, places: int) -> str:
        if steps is None:
            return ""
        if places == steps:
            return tr("as in training")
        text = tr("more than in training, which had {steps}") if places > steps else tr("of {steps} in training")
        return text.format(steps=steps)

    def _caption_text(self) -> str:
        network = network_caption(self.session, "bits")
        if network:
            return tr("Added by {network}.").format(network=network)
        why = self.session.nobody_answers("bits")
        return tr("{why} Its bits, and the unit that carries, will stand under the sum.").format(why=tr(why))

    # --- acting -------------------------------------------------------------------------------------------------------

    @Slot(str)
    def _typed(self, text: str) -> None:
        self.session.add(self.a.text(), self.b.text())

    @Slot(int)
    def _bits_changed(self, bits: int) -> None:
        try:
            self.session.set_adder_bits(bits)
        except BadInput as error:
            self.message.setText(str(error))
            self.message.show()

    @Slot()
    def _draw(self) -> None:
        self.session.random_sum()

    @Slot()
    def _carrier_chosen(self) -> None:
        self.refresh()

    # --- building -----------------------------------------------------------------------------------------------------

    def _summand(self, name: str, accessible: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setObjectName(name)
        edit.setAccessibleName(accessible)
        edit.setMaxLength(90)
        edit.setToolTip(tr("A whole number; 0b1011 and 0xff are understood too"))
        return edit

    def _build(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(GRID)
        for text, edit in ((tr("a"), self.a), (tr("b"), self.b)):
            label = QLabel(text)
            label.setBuddy(edit)
            first.addWidget(label)
            first.addWidget(edit, 1)
        first.addWidget(self.random)
        second = QHBoxLayout()
        second.setSpacing(GRID)
        label = QLabel(tr("Read in"))
        label.setBuddy(self.bits)
        second.addWidget(label)
        second.addWidget(self.bits)
        second.addWidget(self.trained_on, 1)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.message)
        column.addSpacing(GRID)
        column.addWidget(self.sum)
        column.addWidget(self.said)
        column.addWidget(self.train, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(GRID)
        column.addWidget(self.columns)
        column.addWidget(self.reading)
        column.addWidget(self.carrier)
        column.addStretch(1)
        column.addWidget(self.caption)
        self.message.hide()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scroll)

    def _connect(self) -> None:
        for edit in (self.a, self.b):
            edit.textEdited.connect(self._typed)
        self.random.clicked.connect(self._draw)
        self.bits.valueChanged.connect(self._bits_changed)
        self.carrier.chosenChanged.connect(self._carrier_chosen)
        self.columns.cursorMoved.connect(self.point)
        self.columns.cursorLeft.connect(self.point_nowhere)


def said_sentence(addition: Addition, told: int, wrong: list[int]) -> str:
    """Whether the network's sum is right, and where it is not."""
    text = tr("The network says {told:,}: {verdict}.")
    if not wrong:
        return text.format(told=told, verdict=tr("right"))
    if len(wrong) == 1:
        return text.format(told=told, verdict=tr("wrong in bit {bit}").format(bit=wrong[0]))
    if len(wrong) <= 4:
        verdict = tr("wrong in bits {bits}").format(bits=", ".join(map(str, wrong)))
    else:
        verdict = tr("wrong in {count} of {places} bits").format(count=len(wrong), places=addition.places)
    return text.format(told=told, verdict=verdict)

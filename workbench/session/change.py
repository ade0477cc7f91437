"""What changed since the window last looked: flags that panels listen to."""

from enum import Flag, auto


class Change(Flag):
    """Parts of the session that a panel may show."""

    NONE = 0
    PRESETS = auto()  # which presets there are, which one is chosen
    SETTINGS = auto()  # a setting of the chosen preset, its problems and shapes
    TRAINING = auto()  # phase, progress, messages of training
    HISTORY = auto()  # curves
    NETWORK = auto()  # which network answers
    PAD = auto()  # the drawing, what the network sees of it
    READING = auto()  # the network's answer to what is on the pad or in the sentence
    STORY = auto()
    IMAGES = auto()  # which picture is shown, and which there are
    SUM = auto()  # the two numbers to be added, and how many bits they are read in
    CURSOR = auto()  # the step that every view with time across points at, and the unit that was chosen
    CELL = auto()  # which layer and direction is looked at, and which of its units are brushed
    CLAMPS = auto()  # which gates are held, and what that does to the answers
    ORDER = auto()  # in which order the units of the layer stand that is looked at
    INFLUENCE = auto()  # what of the sample mattered, what was erased of it, and what remains of the belief
    TIMES = auto()  # which step was travelled to, which there are, and what was recomputed there
    EXAMINED = auto()  # what the network tells of test samples, and which of these are shown
    CALIBRATION = auto()  # how far a network's beliefs on the way can be trusted
    EXPORT = auto()  # whether something is being written to take away, and how it went
    RUNS = auto()  # which runs there are, what was remarked on them, which are chosen and whose curves are drawn
    SCREEN = auto()  # a run's drawing and story took the place of what was on the screen
    LOG = auto()
    RACE = auto()  # lanes, phase and curves of the race
    RACE_GATES = auto()  # what the networks of its lanes made of the probe
    FLOW = auto()  # on which steps the answer that is shown hangs
    VERIFYING = auto()  # what the checks found, and the twins of a mistake

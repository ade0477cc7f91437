"""A training by hand as one page of NumPy: a cell, its way back and plain gradient descent, to the same loss."""

from workbench.config import Interface, Layer, Preset, Recurrent, Training
from workbench.engine.evaluate import BATCH
from workbench.errors import BadInput
from workbench.export.script_data import ScriptData

_SIGMOID = [
    "def sigmoid(a):",
    "    return 0.5 * (1 + np.tanh(0.5 * a))",
    "",
    "",
]


def check_by_hand(preset: Preset) -> None:
    """Raises BadInput for what the page does not hold: more than one layer, or weights begun in torch's own order."""
    model, settings = preset.model, preset.training
    assert isinstance(model, Recurrent)  # fields.problems has seen to it
    layer = model.stack[0]
    is_one = len(model.stack) == 1 and not layer.bidirectional and not layer.sees_cell
    if not is_one or settings.start_order == "network":
        raise BadInput(
            preset.title, "is trained by hand in NumPy; a page holds one layer that reads forwards, begun as the"
            " published programs begin", key="training.engine", value="scratch", hint="Choose the engine torch.",
        )  # fmt: skip


def by_hand_lines(preset: Preset, data: ScriptData) -> list[str]:
    """Data, weights, the way there, the way back, training and test."""
    model, settings = preset.model, preset.training
    assert isinstance(model, Recurrent)
    layer = model.stack[0]
    is_lstm = layer.cell == "lstm"
    return [
        *(_exact(line) for line in data.lines),
        "train_x, train_y, test_x, test_y = (part.double().numpy() for part in (train_x, train_y, test_x, test_y))",
        "",
        "",
        *_SIGMOID,
        *(_lstm(layer, data.interface) if is_lstm else _rnn(layer)),
        "",
        "",
        *_cost(settings, data.interface),
        "",
        "",
        "# --- weights",
        *(_lstm_weights if is_lstm else _rnn_weights)(settings, layer, data.interface),
        "",
        "# --- training",
        *_training(settings),
        "",
        "# --- test",
        *_test(data.interface),
    ]


def _exact(line: str) -> str:
    """The data with all their digits: by hand it is computed with double precision."""
    line = line.replace("dtype=torch.float32", "dtype=torch.float64").replace("[None].float()", "[None]")
    return line.replace("torch.tensor(values)", "torch.tensor(values, dtype=torch.float64)")


def _rnn(layer: Layer) -> list[str]:
    value = {"rnn-sigmoid": "sigmoid(a)", "rnn-tanh": "np.tanh(a)", "rnn-relu": "np.maximum(0.0, a)"}[layer.cell]
    slope = {"rnn-sigmoid": "h * (1 - h)", "rnn-tanh": "(1 - h * h)", "rnn-relu": "(h > 0)"}[layer.cell]
    return [
        "def forward(x):",
        '    """x: (samples, time, inputs). The scores of every step, and every h, the first of zeros."""',
        '    hs = [np.zeros((len(x), len(weights["U"])))]',
        "    for t in range(x.shape[1]):",
        '        a = x[:, t] @ weights["W"].T + hs[-1] @ weights["U"].T',
        f"        hs.append({value})",
        '    return np.stack(hs[1:], 1) @ weights["V"].T, hs',
        "",
        "",
        "def backward(x, hs, d_scores):",
        '    """Through time, the last step first: how the loss changes with every weight."""',
        "    found = {name: np.zeros_like(weight) for name, weight in weights.items()}",
        "    d_later = np.zeros_like(hs[0])",
        "    for t in reversed(range(x.shape[1])):",
        "        h = hs[t + 1]",
        '        found["V"] += d_scores[:, t].T @ h',
        f'        delta = (d_scores[:, t] @ weights["V"] + d_later) * {slope}',
        '        found["W"] += delta.T @ x[:, t]',
        '        found["U"] += delta.T @ hs[t]',
        '        d_later = delta @ weights["U"]',
        "    return found",
    ]


def _lstm(layer: Layer, interface: Interface) -> list[str]:
    shown, slope = ("np.tanh(c)", " * (1 - np.tanh(c) ** 2)") if layer.outer_tanh else ("c", "")
    return [
        "def forward(x):",
        '    """x: (samples, time, inputs). The first units of every step are the scores; and what leads back."""',
        '    h = c = np.zeros((len(x), weights["U"].shape[1]))',
        "    told, steps = [], []",
        "    for t in range(x.shape[1]):",
        '        a = x[:, t] @ weights["W"].T + weights["b"] + h @ weights["U"].T',
        "        i, f, g, o = np.split(a, 4, axis=1)",
        "        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)",
        "        h_before, c_before = h, c",
        "        c = f * c_before + i * g",
        f"        h = o * {shown}",
        f"        told.append(h[:, :{interface.classes}])",
        "        steps.append((h_before, c_before, i, f, g, o, c))",
        "    return np.stack(told, 1), steps",
        "",
        "",
        "def backward(x, steps, d_scores):",
        '    """Through time, the last step first: how the loss changes with every weight."""',
        "    found = {name: np.zeros_like(weight) for name, weight in weights.items()}",
        "    d_h = d_c = np.zeros_like(steps[0][0])",
        "    for t in reversed(range(x.shape[1])):",
        "        h_before, c_before, i, f, g, o, c = steps[t]",
        "        d_h = d_h.copy()",
        f"        d_h[:, :{interface.classes}] += d_scores[:, t]",
        f"        d_c = d_c + d_h * o{slope}",
        "        delta = np.concatenate([",
        "            d_c * g * i * (1 - i), d_c * c_before * f * (1 - f),",
        f"            d_c * i * (1 - g * g), d_h * {shown} * o * (1 - o),",
        "        ], axis=1)",
        '        found["W"] += delta.T @ x[:, t]',
        '        found["U"] += delta.T @ h_before',
        '        found["b"] += delta.sum(axis=0)',
        '        d_h, d_c = delta @ weights["U"], d_c * f',
        "    return found",
    ]


def _cost(settings: Training, interface: Interface) -> list[str]:
    lines = ["def cost(scores, y):", '    """The loss, summed over a sample, and its slope by each score."""']
    if interface.answer == "number":
        return [
            *lines,
            "    error = scores - y",
            "    return (error * error).sum() / len(y), 2 * error / len(y)",
        ]
    if settings.bit_loss == "squared":
        return [
            *lines,
            "    p = sigmoid(scores)",
            "    return 0.5 * ((p - y) ** 2).sum() / len(y), (p - y) * p * (1 - p) / len(y)",
        ]
    return [
        *lines,
        "    loss = np.logaddexp(0.0, scores) - y * scores",
        "    return loss.sum() / len(y), (sigmoid(scores) - y) / len(y)",
    ]


def _rnn_weights(settings: Training, layer: Layer, interface: Interface) -> list[str]:
    reach = settings.start_reach or layer.units**-0.5
    shapes = (
        f"(({interface.width}, {layer.units}), ({layer.units}, {interface.classes}), ({layer.units}, {layer.units}))"
    )
    return [
        f"random = np.random.RandomState({settings.seed})",
        f"drawn = [{reach!r} * (2 * random.random_sample(shape) - 1) for shape in {shapes}]",
        'weights = {name: np.ascontiguousarray(matrix.T) for name, matrix in zip("WVU", drawn)}',
    ]


def _lstm_weights(settings: Training, layer: Layer, interface: Interface) -> list[str]:
    reach = settings.start_reach or layer.units**-0.5
    again = [f"    random.seed({settings.seed})  # anew for every matrix, as the published program does"]
    return [
        f"random = np.random.RandomState({settings.seed})",
        "",
        "",
        "def draw(*shape):",
        *(again if settings.start_order == "gates-alike" else []),
        f"    return random.random_sample(shape) * {2 * reach!r} - {reach!r}",
        "",
        "",
        f'matrices = {{gate: draw({layer.units}, {interface.width + layer.units}) for gate in "gifo"}}',
        f'biases = {{gate: draw({layer.units}) for gate in "gifo"}}',
        'tall = np.concatenate([matrices[gate] for gate in "ifgo"])',
        f'weights = {{"W": tall[:, :{interface.width}].copy(), "U": tall[:, {interface.width}:].copy()}}',
        'weights["b"] = np.concatenate([biases[gate] for gate in "ifgo"])',
    ]


def _training(settings: Training) -> list[str]:
    lines = [
        f"batch = min({settings.batch}, len(train_x))",
        "per_epoch = len(train_x) // batch",
        f"total = given.steps or {settings.steps or f'{settings.epochs} * per_epoch'}",
        "for step in range(total):",
        "    part = slice(step % per_epoch * batch, step % per_epoch * batch + batch)",
        "    x, y = train_x[part], train_y[part]",
        "    scores, passed = forward(x)",
        "    loss, d_scores = cost(scores, y)",
        "    gradients = backward(x, passed, d_scores)",
        f"    rate = {settings.rate!r}",
    ]
    if settings.clip:
        lines += [
            "    length = np.sqrt(sum((gradient**2).sum() for gradient in gradients.values()))",
            f"    rate *= min(1.0, {settings.clip!r} / length) if length else 1.0",
        ]
    decay = f" + {settings.weight_decay!r} * weights[name]" if settings.weight_decay else ""
    return [
        *lines,
        "    for name, gradient in gradients.items():",
        f"        weights[name] -= rate * (gradient{decay})",
        "    if (step + 1) % 100 == 0 or step + 1 == total:",
        '        print(f"step {step + 1}: loss {loss:.9g}", flush=True)',
    ]


def _test(interface: Interface) -> list[str]:
    lines = [
        "loss, right = 0.0, 0",
        f"for first in range(0, len(test_x), {BATCH}):",
        f"    x, y = test_x[first : first + {BATCH}], test_y[first : first + {BATCH}]",
        "    scores, _ = forward(x)",
        "    loss += cost(scores, y)[0] * len(x)",
        "    right += ((scores > 0) == (y > 0.5)).reshape(len(x), -1).all(axis=1).sum()",
        'print(f"test: loss {loss / len(test_x):.9g}")',
    ]
    if interface.answer == "bit":
        lines.append('print(f"right: {100 * right / len(test_x):.2f} %")')
        return lines
    return [line for line in lines if "right +=" not in line]

"""A standalone script's network: the classes it is made of, and how its first weights are drawn."""

from workbench.config import Convnet, Interface, Layer, Recurrent
from workbench.models.shapes import BLOCKS, input_width


def needs_steps(layer: Layer) -> bool:
    """Whether torch has no layer of its own for it."""
    return layer.cell == "rnn-sigmoid" or layer.sees_cell or layer.lacks_outer_tanh


def network_lines(model: Recurrent, interface: Interface, *, carries: bool, every_step: bool) -> list[str]:
    """The class ``Network`` of recurrent layers, and what it needs.

    ``carries``: the state goes from one stretch of a stream to the next. ``every_step``: it is taught after each step.
    """
    lines: list[str] = []
    for kind in dict.fromkeys(
        (layer.cell, layer.sees_cell, not layer.lacks_outer_tanh) for layer in model.stack if needs_steps(layer)
    ):
        lines += _stepwise_lines(*kind)
    if model.dropout:
        lines += _DROP.format(keep=1.0 - model.dropout).splitlines()
    return [
        *lines,
        "class Network(nn.Module):",
        *_made(model, interface),
        "",
        *_forward(model, interface, carries, every_step),
    ]


def class_of(layer: Layer) -> str:
    """The name of a layer that runs step by step."""
    if layer.cell == "rnn-sigmoid":
        return "SigmoidRNN"
    return f"{'Peephole' if layer.peepholes else ''}LSTM{'' if layer.outer_tanh else 'WithoutTanh'}"


def _made(model: Recurrent, interface: Interface) -> list[str]:
    bias = "" if model.bias else ", bias=False"
    lines = ["    def __init__(self):", "        super().__init__()"]
    width = interface.width
    if interface.symbols:
        width = input_width(model, interface)
        if model.input == "embedding" or (model.input == "word_vectors" and model.tune_vectors):
            lines.append(f"        self.embedding = nn.Embedding({interface.symbols}, {width})")
    elif model.projection:
        lines.append(f"        self.projection = nn.Linear({width}, {model.projection}{bias})")
        width = model.projection
    made = []
    for layer in model.stack:
        both = ", bidirectional=True" if layer.bidirectional else ""
        if needs_steps(layer):
            made.append(f"{class_of(layer)}({width}, {layer.units}{both}{bias})")
        else:
            name, extra = {"lstm": ("LSTM", ""), "gru": ("GRU", ""), "rnn-tanh": ("RNN", ""),
                           "rnn-relu": ("RNN", ", nonlinearity=\"relu\"")}[layer.cell]  # fmt: skip
            made.append(f"nn.{name}({width}, {layer.units}, batch_first=True{both}{extra}{bias})")
        width = layer.units * (2 if layer.bidirectional else 1)
    if len(made) == 1:
        lines.append(f"        self.layers = nn.ModuleList([{made[0]}])")
    else:
        lines += ["        self.layers = nn.ModuleList([", *(f"            {each}," for each in made), "        ])"]
    if model.readout == "attention" and not interface.every_step:
        units = model.stack[-1].units
        lines += [f"        self.attend = nn.Linear({width}, {units}{bias})",
                  f"        self.query = nn.Linear({units}, 1, bias=False)"]  # fmt: skip
    if model.head == "linear":
        lines.append(f"        self.head = nn.Linear({width}, {interface.classes}{bias})")
    return lines


def _forward(model: Recurrent, interface: Interface, carries: bool, every_step: bool) -> list[str]:
    luck = ", luck=None" if model.dropout else ""
    given = ("memory=None" if carries else "") + (luck if carries else luck[2:]) + (
        ", every=False" if every_step else "")  # fmt: skip
    given = given.removeprefix(", ")
    body = [f"    def forward(self, x{', ' + given if given else ''}):"]
    body.append(f"        z = {_read(model, interface)}")
    if carries:
        body.append("        after = []")
    between = model.dropout and len(model.stack) > 1
    if carries or between:
        body.append("        for number, layer in enumerate(self.layers):")
    else:
        body.append("        for layer in self.layers:")
    if between:
        body.append("            z = drop(z, luck) if number else z")
    if carries:
        body += [
            "            z, state = layer(z, memory[number] if memory else None)",
            "            after.append(detached(state))",
        ]
    else:
        body.append("            z, _ = layer(z)  # (batch, time, width)")
    body += _read_out(model, interface, every_step)
    if model.dropout:
        body.append("        z = drop(z, luck)")
    head = "self.head(z)" if model.head == "linear" else f"z[..., :{interface.classes}]"
    body.append(f"        return {head}{', after' if carries else ''}")
    return body


def _read(model: Recurrent, interface: Interface) -> str:
    """What the first recurrent layer reads."""
    if not interface.symbols:
        x = "x"
        if interface.picture is not None and interface.picture[1] * interface.picture[2] != interface.width:
            x = f"x.reshape(len(x), -1, {interface.width})"
        return f"self.projection({x})" if model.projection else x
    match model.input:
        case "scalar":
            return "x.float()[..., None]  # a word's number itself"
        case "one_hot":
            return f"nn.functional.one_hot(x, {interface.symbols}).float()"
        case "word_vectors" if not model.tune_vectors:
            return "vectors[x]"
        case _:
            return "self.embedding(x)"


def _read_out(model: Recurrent, interface: Interface, every_step: bool) -> list[str]:
    if interface.every_step:
        return []
    units = model.stack[-1].units
    match model.readout:
        case "mean":
            return ["        z = z.mean(1)"]
        case "max":
            return ["        z = z.amax(1)"]
        case "both_ends":
            return [f"        z = torch.cat([z[:, -1, :{units}], z[:, 0, {units}:]], -1)  # where each direction ends"]
        case "attention":
            return [
                "        weights = self.query(self.attend(z).tanh()).squeeze(-1).softmax(-1)  # (batch, time)",
                '        z = torch.einsum("bt,btw->bw", weights, z)',
            ]
        case _:
            return ["        z = z if every else z[:, -1]" if every_step else "        z = z[:, -1]"]


def first_weights(model: Recurrent, interface: Interface) -> list[str]:
    """The lines that draw every first weight from ``luck``, in our order."""
    lines: list[str] = []
    learns_vectors = interface.symbols and (
        model.input == "embedding" or (model.input == "word_vectors" and model.tune_vectors)
    )
    if learns_vectors:
        lines.append("    network.embedding.weight.normal_(generator=luck)")
    linear = ["network.projection"] if model.projection and not interface.symbols else []
    if model.readout == "attention" and not interface.every_step:
        linear += ["network.attend", "network.query"]
    if model.head == "linear":
        linear.append("network.head")
    if len(linear) == 1:
        (only,) = linear
        lines += [
            f"    for weight in {only}.parameters():",
            f"        weight.uniform_(-({only}.in_features**-0.5), {only}.in_features**-0.5, generator=luck)",
        ]
    elif linear:
        lines += [
            f"    for linear in ({', '.join(linear)}):",
            "        for weight in linear.parameters():",
            "            weight.uniform_(-(linear.in_features**-0.5), linear.in_features**-0.5, generator=luck)",
        ]
    # Where nothing but plain weights is drawn, all layers are alike.
    is_plain = model.recurrent_start == "uniform" and not model.longest_memory
    if is_plain:
        lines += [
            "    for layer in network.layers:",
            "        bound = layer.hidden_size**-0.5",
            "        for weight in layer.parameters():",
            "            weight.uniform_(-bound, bound, generator=luck)",
        ]
    for number, layer in enumerate(model.stack):
        for side in ("", "_reverse") if layer.bidirectional else ("",):
            if not is_plain:
                lines += _drawn(model, layer, f"network.layers[{number}]", side)
            if layer.cell == "lstm" and model.bias:
                lines += _forget_bias(model, layer, f"network.layers[{number}]", side)
    if learns_vectors and model.input == "word_vectors":
        lines.append("    network.embedding.weight.copy_(vectors)")
    return lines


def _drawn(model: Recurrent, layer: Layer, name: str, side: str) -> list[str]:
    """One direction of one layer, where its recurrent matrix is started in a way of its own."""
    own = ["weight_ih_l0", "weight_hh_l0", *(["bias_ih_l0", "bias_hh_l0"] if model.bias else [])]
    if layer.sees_cell:
        own.append("weight_peephole_l0")
    quoted = ", ".join(f'"{each}{side}"' for each in own)
    lines = [
        f"    for name in ({quoted}):",
        f"        getattr({name}, name).uniform_(-({layer.units}**-0.5), {layer.units}**-0.5, generator=luck)",
    ]
    if model.recurrent_start == "uniform":
        return lines
    call = {"orthogonal": "nn.init.orthogonal_(block, generator=luck)", "identity": "nn.init.eye_(block)",
            "xavier": "nn.init.xavier_uniform_(block, generator=luck)"}[model.recurrent_start]  # fmt: skip
    return [*lines, f"    for block in {name}.weight_hh_l0{side}.chunk({BLOCKS[layer.cell]}):", f"        {call}"]


def _forget_bias(model: Recurrent, layer: Layer, name: str, side: str) -> list[str]:
    """The forget gate's bias, or biases for memories of all lengths."""
    units, forget = layer.units, f"{layer.units} : {2 * layer.units}"
    if not model.longest_memory:
        return [
            f"    {name}.bias_ih_l0{side}[{forget}] = {model.forget_bias}  # of the forget gate",
            f"    {name}.bias_hh_l0{side}[{forget}] = 0.0",
        ]
    longest = max(1.0, model.longest_memory - 1.0)
    return [
        f"    spans = torch.empty({units}).uniform_(1.0, {longest}, generator=luck).log()",
        f"    {name}.bias_ih_l0{side}[{forget}], {name}.bias_ih_l0{side}[:{units}] = spans, -spans",
        f"    {name}.bias_hh_l0{side}[: {2 * units}] = 0.0",
    ]


def convnet_lines(model: Convnet, interface: Interface) -> list[str]:
    """The class ``Network`` of two convolutions and three linear layers."""
    assert interface.picture is not None
    height, width, channels = interface.picture
    pooled = model.second_maps * model.pooled_side(height) * model.pooled_side(width)
    drop = _DROP.format(keep=1.0 - model.dropout).splitlines() if model.dropout else []
    luck = ", luck=None" if model.dropout else ""
    active = ".relu()" if model.activation == "relu" else ""
    return [
        *drop,
        "class Network(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        f"        self.convolution_1 = nn.Conv2d({channels}, {model.first_maps}, {model.kernel})",
        f"        self.convolution_2 = nn.Conv2d({model.first_maps}, {model.second_maps}, {model.kernel})",
        f"        self.hidden_1 = nn.Linear({pooled}, {model.first_units})",
        f"        self.hidden_2 = nn.Linear({model.first_units}, {model.second_units})",
        f"        self.head = nn.Linear({model.second_units}, {interface.classes})",
        "",
        f"    def forward(self, x{luck}):",
        f"        z = ((x.reshape(-1, {height}, {width}, {channels}) - mean) / deviation).permute(0, 3, 1, 2)",
        "        for convolution in (self.convolution_1, self.convolution_2):",
        f"            z = nn.functional.max_pool2d(convolution(z){active}, 2)",
        "        z = z.flatten(1)",
        *(["        z = drop(z, luck)"] if model.dropout else []),
        f"        return self.head(self.hidden_2(self.hidden_1(z){active}){active})",
    ]


def convnet_first_weights() -> list[str]:
    """The lines that draw every first weight from ``luck``."""
    return [
        "    for layer in network.children():",
        "        bound = layer.weight[0].numel() ** -0.5",
        "        for weight in layer.parameters():",
        "            weight.uniform_(-bound, bound, generator=luck)",
    ]


_DROP = '''\
def drop(z, luck):
    """Dropout, while it learns: what is kept is scaled up."""
    return z if luck is None else z * torch.empty_like(z).bernoulli_({keep!r}, generator=luck).div_({keep!r})


'''


def _stepwise_lines(cell: str, peepholes: bool, outer_tanh: bool) -> list[str]:
    """A layer that torch does not have, step by step."""
    layer = Layer(cell=cell, peepholes=peepholes, outer_tanh=outer_tanh)  # type: ignore[arg-type]
    blocks = BLOCKS[layer.cell]
    shapes = [f'"weight_ih_l0": ({blocks} * units, inputs)', f'"weight_hh_l0": ({blocks} * units, units)']
    also = ', "weight_peephole_l0": (3 * units,)' if peepholes else ""
    sees = [f" + p_{gate} * c" if peepholes else "" for gate in "ifo"]
    if cell == "rnn-sigmoid":
        says = "h = sigmoid(W x + U h' + b), which torch has no layer for."
        step = ["h = (nn.functional.linear(x_t, W, b) + nn.functional.linear(h, U, d)).sigmoid()"]
        before, after = "(h,)", "(h,)"
        start = "(x.new_zeros(len(x), self.hidden_size),)"
    else:
        says = "An LSTM" + (" whose gates see the cell state" if peepholes else "") + (
            "" if outer_tanh else f"{' and' if peepholes else ''} without the tanh of c"
        ) + ", which torch has no layer for."  # fmt: skip
        step = [
            "a = nn.functional.linear(x_t, W, b) + nn.functional.linear(h, U, d)",
            "i, f, g, o = a.chunk(4, -1)",
            f"i, f = (i{sees[0]}).sigmoid(), (f{sees[1]}).sigmoid()",
            "c = f * c + i * g.tanh()",
            f"h = (o{sees[2]}).sigmoid() * {'c.tanh()' if outer_tanh else 'c'}",
        ]
        before, after = "h, c", "(h, c)"
        start = "(x.new_zeros(len(x), self.hidden_size),) * 2"
    return [
        f"class {class_of(layer)}(nn.Module):",
        f'    """{says}"""',
        "",
        "    def __init__(self, inputs, units, bidirectional=False, bias=True):",
        "        super().__init__()",
        "        self.hidden_size, self.bidirectional = units, bidirectional",
        f"        shapes = {{{', '.join(shapes)}}}",
        f'        shapes |= {{"bias_ih_l0": ({blocks} * units,), "bias_hh_l0": ({blocks} * units,)}} if bias else {{}}',
        *([f"        shapes |= {{{also[2:]}}}"] if also else []),
        '        for side in ("", "_reverse") if bidirectional else ("",):',
        "            for name, shape in shapes.items():",
        "                self.register_parameter(name + side, nn.Parameter(torch.empty(shape)))",
        "",
        "    def forward(self, x, state=None):",
        '        outputs, after = self.read(x, "", state)',
        "        if self.bidirectional:",
        '            outputs = torch.cat([outputs, self.read(x.flip(1), "_reverse", None)[0].flip(1)], -1)',
        "        return outputs, after",
        "",
        "    def read(self, x, side, state):",
        '        W, U = getattr(self, "weight_ih_l0" + side), getattr(self, "weight_hh_l0" + side)',
        '        b, d = getattr(self, "bias_ih_l0" + side, None), getattr(self, "bias_hh_l0" + side, None)',
        *(['        p_i, p_f, p_o = getattr(self, "weight_peephole_l0" + side).chunk(3)'] if peepholes else []),
        f"        {before} = state or {start}",
        "        outputs = []",
        "        for x_t in x.unbind(1):",
        *(f"            {line}" for line in step),
        "            outputs.append(h)",
        f"        return torch.stack(outputs, 1), {after}",
        "",
        "",
    ]

"""A standalone script's ``varied``: pictures turned, slanted, stretched, moved, bent and written with another pen."""

import math

from workbench.config import Training
from workbench.engine.augment import CONTROLS


def is_varied(settings: Training) -> bool:
    """Whether pictures are varied while they are learnt from."""
    amounts = (settings.turn, settings.slant, settings.stretch, settings.shift, settings.bend, settings.pen)
    return settings.mirror or any(amounts)


def variation_lines(settings: Training, picture: tuple[int, int, int]) -> list[str]:
    """The function ``varied(x, luck)``, as engine.augment.Augmentation has it. ``picture``: height, width, channels."""
    height, width, channels = picture
    lines = _SPLINE.splitlines() if settings.bend else []
    lines += [
        f"rows, columns = torch.arange({height}) - {(height - 1) / 2}, torch.arange({width}) - {(width - 1) / 2}",
        'y, x = torch.meshgrid(rows, columns, indexing="ij")',
        f"places = torch.stack([x, y], -1).reshape(1, {height * width}, 2).to(device)  # pixels from the middle",
    ]
    if settings.bend:
        lines.append(f"down, across = spline({height}).to(device), spline({width}).to(device)")
    lines += [
        "",
        "",
        "def varied(x, luck):",
        '    """Another variation of each picture. x: (batch, height, width * channels), 0 to 1."""',
        "    chance = torch.empty(len(x), 8).uniform_(-1.0, 1.0, generator=luck).to(x.device)",
        f"    turn, slant = chance[:, 0] * {math.radians(settings.turn)!r}, chance[:, 1] * {settings.slant!r}",
        f"    wide, high = (chance[:, 2] * {settings.stretch!r}).exp(), (chance[:, 3] * {settings.stretch!r}).exp()",
        *(["    wide = wide * chance[:, 7].sign()  # half of them mirrored"] if settings.mirror else []),
        "    cosine, sine = turn.cos(), turn.sin()",
        "    from_x = torch.stack([cosine * wide, sine * wide], -1)",
        "    from_y = torch.stack([(cosine * slant - sine) * high, (sine * slant + cosine) * high], -1)",
        f"    moved = chance[:, None, 4:6] * {settings.shift!r}",
        f"    taken = (places @ torch.stack([from_x, from_y], 1) + moved).reshape(-1, {height}, {width}, 2)",
    ]
    if settings.bend:
        lines += [
            f"    controls = torch.empty(len(x), 2, {CONTROLS}, {CONTROLS})",
            f"    controls.normal_(0.0, {settings.bend!r}, generator=luck)",
            "    taken = taken + (down @ controls.to(x.device) @ across.T).permute(0, 2, 3, 1)",
        ]
    lines += [
        f"    taken = taken * torch.tensor([2 / {width}, 2 / {height}], device=x.device)  # from pixels to -1 to 1",
        f"    planes = x.reshape(-1, {height}, {width}, {channels}).permute(0, 3, 1, 2)",
        "    planes = nn.functional.grid_sample(planes, taken, align_corners=False)",
    ]
    if settings.pen:
        lines += [
            "    thickest = nn.functional.max_pool2d(planes, 3, 1, 1)",
            "    thinnest = -nn.functional.max_pool2d(-planes, 3, 1, 1)",
            f"    pen = (chance[:, 6] * {settings.pen!r})[:, None, None, None]",
            "    planes = planes + pen.clamp(min=0.0) * (thickest - planes) + pen.clamp(max=0.0) * (planes - thinnest)",
        ]
    return [*lines, "    return planes.permute(0, 2, 3, 1).reshape(x.shape)", "", ""]


_SPLINE = f'''\
def spline(points):
    """A uniform cubic B-spline at evenly spaced points: the weights of its control points, (points, {CONTROLS})."""
    place = torch.linspace(1.0, {CONTROLS - 2.0}, points)
    first = place.floor().clamp(1, {CONTROLS - 3})
    u = place - first
    weights = [(1 - u) ** 3, 3 * u**3 - 6 * u**2 + 4, -3 * u**3 + 3 * u**2 + 3 * u + 1, u**3]
    index = first.long()[:, None] - 1 + torch.arange(4)
    return torch.zeros(points, {CONTROLS}).scatter_(1, index, torch.stack(weights, 1) / 6)


'''

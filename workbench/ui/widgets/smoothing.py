"""A noisy curve's exponential moving average, without the pull towards zero at its beginning."""

import numpy as np
import numpy.typing as npt

from workbench.errors import BadInput

Curve = npt.NDArray[np.float64]

#: Points handled by one matrix product; a loop over points would take longer than painting them.
_BLOCK = 128


def smoothed(values: npt.NDArray[np.floating], weight: float) -> Curve:
    """The mean of ``values`` (n,) so far, each point counting ``weight`` times the one after it; (n,) float64.

    ``weight`` 0 is the curve itself, 0.99 about the last hundred points. Dividing by the sum of the weights used so far
    is the bias correction of Adam (Kingma and Ba, 2015, section 3). Values that are not finite stay gaps, and do not
    count.
    """
    if not 0.0 <= weight < 1.0:
        raise BadInput("smoothing", "expected a weight from 0 up to, but not including, 1", value=weight)
    curve = np.asarray(values, dtype=np.float64)
    known = np.isfinite(curve)
    total = _decayed_sum(np.where(known, curve, 0.0), weight)
    count = _decayed_sum(known.astype(np.float64), weight)
    result = np.full(curve.shape, np.nan)
    np.divide(total, count, out=result, where=known)
    return result


def _decayed_sum(values: Curve, weight: float) -> Curve:
    """``s[t] = weight s[t - 1] + values[t]``, a block at a time."""
    length = len(values)
    blocks = -(-length // _BLOCK)
    padded = np.zeros(blocks * _BLOCK)
    padded[:length] = values
    age = np.arange(_BLOCK)
    distance = age[:, None] - age[None, :]
    decay = np.where(distance >= 0, weight ** np.maximum(distance, 0), 0.0)  # (to, from)
    within = padded.reshape(blocks, _BLOCK) @ decay.T  # (blocks, to)
    carried = 0.0
    reach = weight ** (age + 1.0)
    for block in within:
        block += carried * reach
        carried = block[-1]
    return within.reshape(-1)[:length]

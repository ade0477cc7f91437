"""A noisy curve's exponential moving average, without the pull towards zero at its beginning."""

import numpy as np
import numpy.typing as npt

from workbench.errors import BadInput

Curve = npt.NDArray[np.float64]

#: A point that counts less than this no longer changes a sum of doubles.
_NEGLIGIBLE = 1e-18


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
    """``s[t] = weight s[t - 1] + values[t]``, without a loop over points.

    A sum over the last k points and the one before it make a sum over 2 k points, so log2 of the length steps do. (A
    product with a matrix of weights would wake BLAS's threads, which take tens of milliseconds while training keeps the
    cores busy.)
    """
    total = values.copy()
    reach = 1
    while reach < len(total) and weight**reach > _NEGLIGIBLE:
        total[reach:] += weight**reach * total[:-reach]
        reach *= 2
    return total

"""The intensity with which an earthquake shakes a place.

The intensity prediction equation of Allen, T. I., Wald, D. J. and Worden, C. B. (2012): Intensity attenuation for
active crustal regions. Journal of Seismology 16, 409-433, in its form for the hypocentral distance. It was fitted to
earthquakes of magnitude 5.0 to 7.9 up to 300 km away, and knows nothing of the ground at the place.
"""

from math import exp, hypot, log

C0, C1, C2, C4 = 2.085, 1.428, -1.402, 0.078
M1, M2 = -0.209, 2.042
FAR = 50.0
"""Kilometres from which on another term is added."""

STRONGEST = 12.0


def intensity(magnitude: float, kilometres: float, depth: float) -> float:
    """The median intensity (MMI, 1 to 12) at `kilometres` from the epicentre; `depth` in kilometres."""
    distance = max(hypot(kilometres, depth), 0.1)
    near = M1 + M2 * exp(min(magnitude, 10.0) - 5.0)
    found = C0 + C1 * magnitude + C2 * log(hypot(distance, near))
    if distance > FAR:
        found += C4 * log(distance / FAR)
    return min(max(found, 1.0), STRONGEST)


def severity(level: int) -> str:
    """CAP's severity of an intensity (MMI), by BMKG's scale of intensities (SIG-BMKG).

    II felt (MMI III to V), III slight damage (VI), IV moderate damage (VII, VIII), V heavy damage (IX to XII).
    """
    if level >= 9:
        return "Extreme"
    if level >= 7:
        return "Severe"
    return "Moderate" if level == 6 else "Minor"

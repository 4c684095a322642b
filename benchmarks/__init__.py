"""Measures against public data; each file is a command, floors.json what none may fall below."""

import os

# Where work runs side by side it is in threads of our own; the algebra library's beside them would only wait for cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

"""Draw docs/images/joint-littoral-defence.svg: the demo at its start, as the scenario file has it.

Run from the root of the checkout: ``python docs/images/make_picture.py``. Needs the package only.
"""

from pathlib import Path

from scenarios.loader import load
from scenarios.show.map_picture import write_picture

SCENARIO = "joint-littoral-defence"

if __name__ == "__main__":
    write_picture(load(SCENARIO), Path(__file__).with_name(f"{SCENARIO}.svg"))

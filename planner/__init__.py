"""驻点监督轮换计划: an open planner for stationed safety supervision.

Re-exports nothing: import the module that you need (``from planner.domain.instance import Site``).
"""

from __future__ import annotations

import os

# openpyxl would read with lxml where it is installed (docxtpl needs it), and lxml resolves what
# defusedxml refuses.
os.environ["OPENPYXL_LXML"] = "False"

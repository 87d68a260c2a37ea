"""驻点监督轮换计划: an open planner for stationed safety supervision.

Re-exports nothing: import the module that you need (``from planner.domain.instance import Site``).
"""

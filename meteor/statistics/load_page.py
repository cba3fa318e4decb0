"""Content of the page of load: its tables by name, and its charts."""

from collections.abc import Callable

from flask_babel import gettext

from meteor.statistics import charts
from meteor.statistics.charts import Chart, Series
from meteor.statistics.figure_table import FigureTable
from meteor.statistics.heat_map import cells_table
from meteor.statistics.load_statistics import Load
from meteor.statistics.prank_list import prank_list

TABLES: dict[str, Callable[[Load], FigureTable]] = {
    "channels": Load.by_channel, "noise": Load.noise, "answers": Load.answers, "alarms": Load.alarms,
    "hours": Load.hours, "false-alarms": Load.false_alarms, "offers": Load.offers,
    "offers-by-hour": Load.offers_by_hour, "places": Load.places,
    "pranks": prank_list,
    "cells": cells_table,
}  # fmt: skip
"""The tables by their names in addresses."""


def reports_chart(table: FigureTable) -> Chart:
    return _chart(charts.bars, table, {gettext("Reports"): -1})


def noise_chart(table: FigureTable) -> Chart:
    return _chart(charts.lines, table, {gettext("Noise (%)"): -1})


def answers_chart(table: FigureTable) -> Chart:
    return _chart(charts.lines, table, {gettext("In 10 s (%)"): 3, gettext("In 15 s (%)"): 4})


def _chart(draw: Callable[..., Chart], table: FigureTable, columns: dict[str, int]) -> Chart:
    series = [Series(name, [row[place] for row in table.rows]) for name, place in columns.items()]
    return draw([row[0].partition(" (")[0] for row in table.rows], series)

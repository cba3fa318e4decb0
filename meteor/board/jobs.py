"""The job of the search's index."""

from meteor.board import search_index
from meteor.store.work import Job

JOBS = [Job("search.index", 1, search_index.extend, search_index.due)]

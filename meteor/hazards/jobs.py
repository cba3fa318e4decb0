"""Jobs of hazards: reports that wait for too long, and photos that no report has."""

from meteor.hazards import photos, waiting
from meteor.store.work import Job

JOBS = [Job("hazards.waiting", 30, waiting.tell_late), Job("photos.retention", 3600, photos.forget_orphans)]

"""Jobs of hazards: deletion of photos that no report has."""

from meteor.hazards import photos
from meteor.store.work import Job

JOBS = [Job("photos.retention", 3600, photos.forget_orphans)]

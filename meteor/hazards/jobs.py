"""Jobs of hazards: reports that wait too long, hazards that go on, and photos that no report has or partners keep."""

from meteor.hazards import photos, remote_photos, waiting
from meteor.store.work import Job

JOBS = [
    Job("hazards.waiting", 30, waiting.tell_late, waiting.next_late),
    Job("hazards.lasting", 600, waiting.ask_if_over),
    Job("photos.retention", 3600, photos.forget_orphans),
]
PARTNERS = {remote_photos.TOPIC: remote_photos.fetch}

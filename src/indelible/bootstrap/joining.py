"""What the processes of a check join; it imports little, since each of them has to."""

from indelible.storage.postgres.archive_snapshot import joined as join_archive

__all__ = ["join_archive"]

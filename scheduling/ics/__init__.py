"""Pure: meetings to iCalendar bytes, iCalendar bytes to replies and busy times."""

from scheduling.ics.meeting import Meeting, cancel_bytes, declinecounter_bytes, publish_bytes, request_bytes

__all__ = ["Meeting", "cancel_bytes", "declinecounter_bytes", "publish_bytes", "request_bytes"]

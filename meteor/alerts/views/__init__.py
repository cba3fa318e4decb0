"""The doors of alerts, by what they are about: the neighbourhood of an RT leader, and incidents that are one."""

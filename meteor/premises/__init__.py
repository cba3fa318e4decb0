"""Places that can raise alarms: who works there, whom to call, what officers should know."""

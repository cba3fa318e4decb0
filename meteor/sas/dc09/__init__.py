"""SIA DC-09, the language of alarm panels on the internet: frames, keys, replies. Knows no database and no socket."""

"""The stack behind the endpoint: how its parts are started, watched and ended, in each of its forms."""

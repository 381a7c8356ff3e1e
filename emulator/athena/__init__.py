"""Amazon Athena's API: the wire, the state it shows, and the results it writes."""

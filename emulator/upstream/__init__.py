"""Another endpoint that answers for the services that are not the emulator's own, such as LocalStack."""

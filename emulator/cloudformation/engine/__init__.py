"""What happens to stacks: creation, update, deletion and their rollbacks, each in a thread of its own."""

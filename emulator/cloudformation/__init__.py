"""CloudFormation of our own: templates in, calls to the emulator's other services out.

What it does not make, it refuses by name before it makes anything: see `emulator.cloudformation.resources`.
"""

"""Step Functions: moto's interpreter of the Amazon States Language, with what it lacks or answers wrongly.

``service`` is the wire; ``machines`` and ``runs`` answer its operations; ``executions`` runs state machines;
``definition`` refuses what AWS or we cannot run; ``extensions`` names every part of moto that is replaced.
"""

"""Step Functions: moto's interpreter of the Amazon States Language, with what it lacks or answers wrongly.

``service`` is the wire and answers ``operations``; ``executions`` runs state machines; ``definition`` refuses what
AWS or we cannot run; ``extensions`` names every part of moto's interpreter that is replaced and why.
"""

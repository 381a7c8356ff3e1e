"""The engines that run Athena's statements, behind one protocol."""

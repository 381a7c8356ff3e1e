"""CloudWatch Logs, where moto's lacks something."""

"""Task states: the optimized integrations and AWS SDK integrations that moto lacks or answers wrongly."""

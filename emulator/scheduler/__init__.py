"""EventBridge Scheduler: schedules that fire on the emulator's clock."""

"""AWS Lambda: functions run as their real packages in processes of their own, by AWS's runtime client."""

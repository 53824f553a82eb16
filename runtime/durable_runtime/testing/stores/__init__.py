"""Where a test runner keeps executions, under the names of AWS's testing SDK."""

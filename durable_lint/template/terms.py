"""What Lambda and IAM call what a deployment of durable code needs; rules read it without loading the rest."""

EXECUTION_TIMEOUT = "ExecutionTimeout"
RETENTION = "RetentionPeriodInDays"
LONGEST_RETENTION = 90
"""In days. Source: Lambda's service model, ``DurableConfig`` of ``CreateFunction``; a test compares."""

CHECKPOINT = "lambda:CheckpointDurableExecution"
GET_STATE = "lambda:GetDurableExecutionState"
"""What the SDK calls while a function runs: for every checkpoint, and for histories that do not fit into the event."""

ROLE_POLICY = "AWSLambdaBasicDurableExecutionRolePolicy"
"""The managed policy that allows both, and logging."""

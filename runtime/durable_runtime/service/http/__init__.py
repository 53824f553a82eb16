"""Lambda's durable API over HTTP, as botocore's model (2015-03-31) describes it."""

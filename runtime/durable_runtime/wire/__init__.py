"""The durable API's data as Python classes, which `durable_runtime.lambda_service` offers."""

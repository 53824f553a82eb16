"""Rules about SAM and CloudFormation templates, checked against the handlers that they deploy."""

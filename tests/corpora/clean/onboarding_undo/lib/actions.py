import boto3

s3 = boto3.client("s3")
cognito = boto3.client("cognito-idp")


def create_bucket(tenant):
    s3.create_bucket(Bucket=f"t-{tenant}")
    return f"t-{tenant}"


def drop_bucket(bucket):
    s3.delete_bucket(Bucket=bucket)


def create_user(tenant, plan):
    return cognito.admin_create_user(UserPoolId="p", Username=tenant, UserAttributes=[{"Name": "plan", "Value": plan}])[
        "User"
    ]["Username"]

# boto3 against the store: endpoint, access key, secret key as arguments. Exits 0 when every answer was right.
import io
import sys

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, access_key, secret_key = sys.argv[1:4]
s3 = boto3.client(
    "s3",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id=access_key,
    aws_secret_access_key=secret_key,
    config=Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        retries={"total_max_attempts": 1},
    ),
)
bucket = "bucket"


def code(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


keys = ["py/%s" % name for name in ["a b", "c+d", "e&f<g>", "h/1", "h/2", "ü%"]]
for key in keys:
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), Metadata={"m": "1"})
got = s3.get_object(Bucket=bucket, Key=keys[0])
assert got["Body"].read() == keys[0].encode() and got["Metadata"] == {"m": "1"}
part = s3.get_object(Bucket=bucket, Key=keys[0], Range="bytes=-3")
assert part["Body"].read() == b"a b" and part["ContentRange"] == "bytes 3-5/6"
assert s3.head_object(Bucket=bucket, Key=keys[0])["ContentLength"] == 6
assert code(s3.get_object, Bucket=bucket, Key="none") == "NoSuchKey"
assert code(s3.head_object, Bucket=bucket, Key="none") == "404"
assert code(s3.list_objects_v2, Bucket="none") == "NoSuchBucket"

pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="py/"))
assert len(pages) == 3, len(pages)
assert [entry["Key"] for page in pages for entry in page["Contents"]] == sorted(keys)
rolled = s3.get_paginator("list_objects").paginate(Bucket=bucket, Prefix="py/", Delimiter="/")
assert [entry["Prefix"] for page in rolled for entry in page.get("CommonPrefixes", [])] == ["py/h/"]

s3.copy_object(Bucket=bucket, Key="py/copy", CopySource={"Bucket": bucket, "Key": keys[5]})
assert s3.get_object(Bucket=bucket, Key="py/copy")["Body"].read() == keys[5].encode()
large = bytes(range(256)) * 48 * 1024
config = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
s3.upload_fileobj(io.BytesIO(large), bucket, "py/large", Config=config)
back = io.BytesIO()
s3.download_fileobj(bucket, "py/large", back, Config=config)
assert back.getvalue() == large

s3.delete_object(Bucket=bucket, Key="py/large")
wanted = [{"Key": key} for key in keys + ["py/copy"]]
assert len(s3.delete_objects(Bucket=bucket, Delete={"Objects": wanted})["Deleted"]) == 7
assert s3.list_objects_v2(Bucket=bucket, Prefix="py/")["KeyCount"] == 0
url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "py/signed"})
import urllib.request

request = urllib.request.Request(url, data=b"x", method="PUT", headers={"Content-Type": ""})
assert urllib.request.urlopen(request).status == 200

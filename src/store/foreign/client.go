// minio-go and aws-sdk-go-v2 against the store: address, access key, secret key as arguments.
// Exits 0 when every answer was right.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscredentials "github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const bucket = "bucket"

var keys = []string{"go/a b", "go/c+d", "go/e&f<g>", "go/h/1", "go/h/2", "go/ü%"}

func must(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func hold(condition bool, what string) {
	if !condition {
		must(fmt.Errorf("does not hold"), what)
	}
}

func main() {
	useMinio(os.Args[1], os.Args[2], os.Args[3])
	useAws(os.Args[1], os.Args[2], os.Args[3])
}

func useMinio(address, accessKey, secretKey string) {
	ctx := context.Background()
	client, err := minio.New(address, &minio.Options{
		Creds:      credentials.NewStaticV4(accessKey, secretKey, ""),
		MaxRetries: 1,
	})
	must(err, "new")
	for _, key := range keys {
		body := strings.NewReader(key)
		_, err = client.PutObject(ctx, bucket, key, body, int64(len(key)), minio.PutObjectOptions{})
		must(err, "put")
	}
	options := minio.GetObjectOptions{}
	must(options.SetRange(3, 5), "range")
	object, err := client.GetObject(ctx, bucket, keys[0], options)
	must(err, "get")
	part, err := io.ReadAll(object)
	must(err, "read")
	hold(string(part) == "a b", "the part")
	info, err := client.StatObject(ctx, bucket, keys[0], minio.StatObjectOptions{})
	must(err, "stat")
	hold(info.Size == 6, "the size")
	_, err = client.StatObject(ctx, bucket, "none", minio.StatObjectOptions{})
	hold(minio.ToErrorResponse(err).Code == "NoSuchKey", "absent")
	count := 0
	list := minio.ListObjectsOptions{Prefix: "go/", Recursive: true}
	for entry := range client.ListObjects(ctx, bucket, list) {
		must(entry.Err, "list")
		hold(entry.Key == keys[count], "key "+entry.Key)
		count++
	}
	hold(count == len(keys), "count")
	_, err = client.CopyObject(ctx, minio.CopyDestOptions{Bucket: bucket, Object: "go/copy"},
		minio.CopySrcOptions{Bucket: bucket, Object: keys[5]})
	must(err, "copy")
	large := bytes.Repeat([]byte("0123456789abcdef"), 12<<16)
	_, err = client.PutObject(ctx, bucket, "go/large", bytes.NewReader(large), int64(len(large)),
		minio.PutObjectOptions{PartSize: 5 << 20})
	must(err, "multipart")
	object, err = client.GetObject(ctx, bucket, "go/large", minio.GetObjectOptions{})
	must(err, "get large")
	back, err := io.ReadAll(object)
	must(err, "read large")
	hold(bytes.Equal(back, large), "large")
	must(client.RemoveObject(ctx, bucket, "go/large", minio.RemoveObjectOptions{}), "remove")
	doomed := make(chan minio.ObjectInfo, 10)
	for _, key := range append(keys, "go/copy") {
		doomed <- minio.ObjectInfo{Key: key}
	}
	close(doomed)
	for failure := range client.RemoveObjects(ctx, bucket, doomed, minio.RemoveObjectsOptions{}) {
		must(failure.Err, "remove many")
	}
	for entry := range client.ListObjects(ctx, bucket, list) {
		hold(false, "left "+entry.Key)
	}
}

func useAws(address, accessKey, secretKey string) {
	ctx := context.Background()
	client := s3.New(s3.Options{
		BaseEndpoint:     aws.String("http://" + address),
		Region:           "us-east-1",
		UsePathStyle:     true,
		RetryMaxAttempts: 1,
		Credentials:      awscredentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	})
	objects := []types.ObjectIdentifier{}
	for _, key := range keys {
		_, err := client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String(bucket), Key: aws.String(key), Body: strings.NewReader(key)})
		must(err, "put")
		objects = append(objects, types.ObjectIdentifier{Key: aws.String(key)})
	}
	got, err := client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: aws.String(bucket), Key: aws.String(keys[1]), Range: aws.String("bytes=0-1")})
	must(err, "get")
	part, err := io.ReadAll(got.Body)
	must(err, "read")
	hold(string(part) == "go", "the part")
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: aws.String(bucket)})
	count := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must(err, "list")
		for _, entry := range page.Contents {
			hold(*entry.Key == keys[count], "key "+*entry.Key)
			count++
		}
	}
	hold(count == len(keys), "count")
	_, err = client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: aws.String(bucket),
		Key: aws.String("go/copy"), CopySource: aws.String(bucket + "/go/h/1")})
	must(err, "copy")
	objects = append(objects, types.ObjectIdentifier{Key: aws.String("go/copy")})
	gone, err := client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: aws.String(bucket), Delete: &types.Delete{Objects: objects}})
	must(err, "delete many")
	hold(len(gone.Deleted) == len(objects), "deleted")
}

import { refusal } from './translation.ts'

/**
 * Checks that messages may name an object in S3: the entry's `s3Sources` has its bucket, or a `bucket/prefix` that its key is, or lies
 * under. Bedrock reads it with the entry's rights, so a caller could otherwise read whatever the entry can.
 * @returns the object's key
 */
export function checkS3Source(uri: string, sources: readonly string[] | undefined, path: string): string {
  const { bucket, key } =
    uri.length <= longest ? (/^s3:\/\/(?<bucket>[^/]+)\/(?<key>.+)$/s.exec(uri)?.groups ?? {}) : {}
  if (bucket === undefined || key === undefined || !isBucket(bucket) || !isKey(key)) {
    const why =
      'This is no address of an object in S3: s3://bucket/key, with a bucket of 3 to 63 small letters, digits, dots or hyphens, and no “.” or “..” between slashes.'
    throw refusal('invalid_request', path, why)
  }
  if (sources?.some((source) => covers(source, `${bucket}/${key}`))) return key
  // The same whether the object exists or not.
  throw refusal(
    'unsupported',
    path,
    'This entry lets messages name no S3 objects there. Send the file itself, or have its bucket added to the entry’s `s3Sources`.',
  )
}

/** Bedrock's limit for the whole address, which is shorter than S3's for a key. */
const longest = 1024

const isBucket = (text: string): boolean => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) && !text.includes('..')

/** S3 takes a key as it is written, but not everything that stands before it may. */
const isKey = (text: string): boolean =>
  Buffer.byteLength(text) <= longest &&
  !/[\0-\x1f\x7f]/.test(text) &&
  !/(^|[/\\])(\.|%2e){1,2}([/\\]|%2f|%5c|$)/i.test(text)

const covers = (source: string, object: string): boolean => object === source || object.startsWith(`${source}/`)

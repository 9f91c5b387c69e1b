import { MohoError } from '@moho/core'

/** Bedrock reads no further, and does not say which of the files is one too many. */
export function checkedSize<Body extends string | Uint8Array>(body: Body): Body {
  if (body.length <= mostBytes) return body
  const megabytes = Math.ceil(body.length / 1e5) / 10
  throw new MohoError(
    'too_large',
    `messages: They have ${megabytes} MB for Bedrock, which takes ${mostBytes / 1e6}. Send fewer or smaller files, or name them by s3:// where the model reads those.`,
    { param: 'messages' },
  )
}

const mostBytes = 25_000_000

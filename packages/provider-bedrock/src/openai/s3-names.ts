import type { ChatRequest, RequestBody } from '@moho/core'
import { isObject } from '../converse/reading.ts'
import { checkS3Source } from '../converse/s3-source.ts'

/**
 * Checks what a forwarded chat names in S3, as `checkS3Source` does. The body is parsed only where it may name something: where it has the
 * letters, or an escape that could hide them.
 */
export function checkS3Names(request: RequestBody<ChatRequest>, sources: readonly string[] | undefined): void {
  const bytes = request.bytes()
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!marks.some((mark) => body.includes(mark))) return
  for (const [index, { content }] of request.json().messages.entries()) {
    if (!Array.isArray(content)) continue
    for (const [part, value] of content.entries()) {
      if (isObject(value) && value.type !== 'text') check(value, `messages[${index}].content[${part}]`, sources)
    }
  }
}

const marks = ['s3:', 'S3:', '\\u00']

function check(value: unknown, path: string, sources: readonly string[] | undefined): void {
  if (typeof value === 'string') {
    if (/^\s*s3:/i.test(value)) checkS3Source(value, sources, path)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) check(member, `${path}.${name}`, sources)
  }
}

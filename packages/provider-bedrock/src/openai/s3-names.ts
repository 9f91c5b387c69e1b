import type { ChatRequest, MemberChange, RequestBody } from '@moho/core'
import { checkS3Source } from '../converse/s3-source.ts'

/**
 * The bytes to forward, once what they name in S3 is checked, as `checkS3Source` does: Bedrock would read it with the entry's rights. A body is
 * parsed only where it may name something, and then goes out as it was read, for its bytes may be read in two ways.
 */
export function checkS3Names(
  request: RequestBody<ChatRequest>,
  change: MemberChange,
  sources: readonly string[] | undefined,
): Uint8Array {
  const bytes = request.bytes(change)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  if (!mayName.test(text)) return bytes
  const body: unknown = JSON.parse(Buffer.from(text, 'latin1').toString('utf8'))
  refuseForeign(body, sources)
  return Buffer.from(JSON.stringify(body))
}

/** `s3:` as JSON may spell it, with what readers of URLs pass over between its characters. */
const mayName = (() => {
  const gap = '(?:[\\s]|\\\\[nrtbf]|\\\\u00[01][0-9a-f])*'
  const spelled = (char: string, hex: string) => `(?:${char}|\\\\u00(?:${hex}))`
  return new RegExp([spelled('s', '53|73'), spelled('3', '33'), spelled(':', '3a')].join(gap), 'i')
})()

/** Throws where a value within names an object in S3 that messages may not name. What a person wrote may speak of any. */
export function refuseForeign(value: unknown, sources: readonly string[] | undefined, path = ''): void {
  if (typeof value === 'string') {
    // What readers of URLs pass over.
    const address = value.replace(/^[\0- ]+|[\t\n\r]/g, '')
    if (/^s3:/i.test(address)) checkS3Source(value, sources, path)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      const at = Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
      if (typeof member !== 'string' || !written.has(name)) refuseForeign(member, sources, at)
    }
  }
}

/** Members whose text nobody fetches. */
const written: ReadonlySet<string> = new Set([
  'text',
  'content',
  'refusal',
  'reasoning_content',
  'arguments',
  'description',
])

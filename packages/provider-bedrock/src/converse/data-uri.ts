import { standardBase64 } from './base64.ts'

export interface DataUri {
  /** Lower-case, without parameters; '' where Base64 has none. */
  readonly type: string
  /** Standard Base64; '' where there is nothing; `undefined` where the data is not what the head says. */
  readonly base64: string | undefined
  /** It is written as text, and not in Base64. */
  readonly literal: boolean
}

/** `data:image/png;base64,…`, or text as in `data:text/plain,Hello%20there`. `undefined` for what is no data URI. */
export function readDataUri(text: string): DataUri | undefined {
  const head = heads.exec(text)
  if (head?.groups === undefined) return undefined
  const { type = '', encoding } = head.groups
  const data = text.slice(head[0].length)
  const literal = encoding === undefined
  const label = type.trim().toLowerCase()
  if (!literal) return { type: label, base64: standardBase64(data), literal }
  // Text is what it is where nothing is said.
  return { type: label || 'text/plain', base64: encode(data), literal }
}

/** Only the head: the data behind it may be megabytes long. */
const heads = /^data:(?<type>[^;,]{0,100})(?:;(?!base64,)[^;,]{0,100}){0,10}(?<encoding>;base64)?,/i

function encode(text: string): string | undefined {
  try {
    return Buffer.from(decodeURIComponent(text)).toString('base64')
  } catch {
    return undefined
  }
}

import { refusal } from './translation.ts'
import type { ImageBlock, ImageFormat } from './wire.ts'

/** An image as chat gives it, a data URI, as a block. */
export function imageBlock(url: string, path: string): ImageBlock {
  const found = dataUri.exec(url)
  if (found?.groups === undefined) throw notInline(url, path)
  const { type = '', encoding } = found.groups
  const declared = formats.get(type.toLowerCase())
  if (declared === undefined)
    throw refusal('unsupported', path, `Bedrock does not take ${type || 'this type'} here. Send ${formatList}.`)
  if (encoding === undefined)
    throw refusal('invalid_request', path, 'The data URI must be in Base64: data:image/png;base64,…')
  const bytes = base64(url.slice(found[0].length), path)
  return { image: { format: formatOf(bytes) ?? declared, source: { bytes } } }
}

/** Only the head: the data behind it may be megabytes long. */
const dataUri = /^data:(?<type>[^;,]{0,100})(?:;(?!base64,)[^;,]{0,100}){0,10}(?<encoding>;base64)?,/i

const formats: ReadonlyMap<string, ImageFormat> = new Map([
  ['image/png', 'png'],
  ['image/jpeg', 'jpeg'],
  ['image/jpg', 'jpeg'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
])
const formatList = 'image/png, image/jpeg, image/gif or image/webp'

/** What the first bytes say counts more than the label, which is wrong often enough for Bedrock to refuse the image. */
const formatOf = (bytes: string): ImageFormat | undefined => signatures.find(([start]) => bytes.startsWith(start))?.[1]

const signatures: readonly (readonly [string, ImageFormat])[] = [
  ['iVBORw0KGgo', 'png'],
  ['/9j/', 'jpeg'],
  ['R0lGODdh', 'gif'],
  ['R0lGODlh', 'gif'],
  ['UklGR', 'webp'],
]

/** Standard Base64 with padding, as Bedrock wants it. The URL alphabet, line breaks and missing padding are mended. */
function base64(data: string, path: string): string {
  if (isStandard(data)) return data
  const bare = data.replace(/\s+|%0A|%0D/gi, '')
  const mended = /^[\w+/-]+(=|%3D){0,2}$/i.test(bare)
    ? Buffer.from(bare.replace(/(=|%3D)+$/i, ''), 'base64').toString('base64')
    : ''
  if (mended === '') throw refusal('invalid_request', path, 'The data is not Base64.')
  return mended
}

/** By decoding it, which passes over what does not belong: a regular expression takes ten times as long over megabytes. */
function isStandard(data: string): boolean {
  if (data === '' || data.length % 4 !== 0 || data.includes('-') || data.includes('_')) return false
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0
  let decoded = 0
  for (let at = 0; at < data.length; at += slice) decoded += scratch.write(data.slice(at, at + slice), 'base64')
  return decoded === (data.length / 4) * 3 - padding
}

/** In characters: what is decoded at a time, into room that is there already. */
const slice = 64 * 1024
const scratch = Buffer.allocUnsafe((slice / 4) * 3)

function notInline(url: string, path: string) {
  if (/^(https?|s3):/i.test(url)) {
    return refusal(
      'unsupported',
      path,
      `Bedrock does not fetch images. Send the image itself, as a data URI of ${formatList}.`,
    )
  }
  return refusal('invalid_request', path, `This is not an image. Send a data URI of ${formatList}.`)
}

import { MohoError } from '@moho/core'
import { bytesAt, standardBase64 } from './base64.ts'
import { type DataUri, readDataUri } from './data-uri.ts'
import { checkFile } from './media-limits.ts'
import { fileIn, isFetched, kindsOf, type MediaPart, memberIn, requireKind, takenBy, typeByName } from './media-part.ts'
import {
  audioFormat,
  formatsOf,
  headBytes,
  isImage,
  isText,
  type MediaKind,
  type MediaType,
  typeOf,
} from './media-type.ts'
import { checkS3Source } from './s3-source.ts'
import { factsOfTarget, refusal, type Translation } from './translation.ts'
import type { Source } from './wire.ts'

/** A file as Bedrock takes it. */
export interface MediaFile {
  readonly type: MediaType
  readonly source: Source
}

/** The file of a part, checked; wherever it is. Throws as `Media.block` says. */
export function readFile(part: MediaPart, path: string, call: Translation): MediaFile {
  const file = fileIn(part)
  const at: Place = { part, path, member: memberIn(part, path), call }
  if (part.type === 'input_audio') return sound(part.input_audio, at)
  if (part.type === 'file' && !part.file.file_data) requireS3Id(part.file.file_id, at)
  if (/^s3:/i.test(file)) return inS3(file, at)
  if (isFetched(part)) return fetched(file, at)
  if (/^http:/i.test(file)) throw invalid(at, 'Moho fetches nothing over http. Use https or a data URI.')
  const uri = readDataUri(file) ?? (part.type === 'file' ? bareBase64(file) : undefined)
  if (uri === undefined) throw invalid(at, `This is no file. Send ${waysOf[part.type]} of ${takenList(at)}.`)
  return inline(uri, at)
}

interface Place {
  readonly part: MediaPart
  readonly path: string
  readonly member: string
  readonly call: Translation
}

function requireS3Id(id: string | null | undefined, at: Place): void {
  if (!id) throw invalid(at, 'There is nothing in it. Send `file_data`: a data URI, Base64, or an https or s3 address.')
  if (/^s3:/i.test(id)) return
  throw refusal('unsupported', at.member, 'Moho keeps no files for chats: send file_data, or an s3 address.')
}

/** In the request itself. */
function inline({ type: declared, base64, literal }: DataUri, at: Place): MediaFile {
  if (base64 === undefined) throw invalid(at, literal ? 'The text is not percent-encoded UTF-8.' : notBase64)
  if (base64 === '') throw invalid(at, 'The file is empty.')
  const head = bytesAt(base64, 0, literal ? 0 : headBytes)
  const type = taken(typeOf({ declared, named: typeByName(at.part), head }), ofType(declared), at)
  if (literal && !isText(type)) throw invalid(at, `The data must be in Base64: data:${declared};base64,…`)
  checkFile(type, base64, at.member)
  requireImage(type, head, at)
  return { type, source: { bytes: base64 } }
}

/** A label is no image. */
function requireImage({ kind }: MediaType, head: Buffer, at: Place): void {
  if (kind === 'image' && !isImage(head)) throw invalid(at, `What is in it is no image. Send ${formatsOf.image}.`)
}

const bareBase64 = (text: string): DataUri | undefined => {
  const base64 = /^data:/i.test(text) ? undefined : standardBase64(text)
  return base64 === undefined ? undefined : { type: '', base64, literal: false }
}

/** Fetched before the call was translated. */
function fetched(address: string, at: Place): MediaFile {
  const file = at.call.files?.get(address)
  if (file === undefined)
    throw new MohoError('internal', `${at.member}: The file was not fetched.`, { param: at.member })
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength)
  const named = typeByName(at.part)
  const type = typeOf({ declared: file.contentType, named, head: bytes.subarray(0, headBytes) })
  if (type !== undefined && isText(type) && (named === undefined ? at.part.type !== 'file' : !isText(named))) {
    throw invalid(at, `The address answers with text (${file.contentType}), and not with the file.`)
  }
  const found = taken(type, ofType(file.contentType), at)
  const base64 = bytes.toString('base64')
  checkFile(found, base64, at.member)
  requireImage(found, bytes.subarray(0, headBytes), at)
  return { type: found, source: { bytes: base64 } }
}

/** Bedrock reads it itself. */
function inS3(uri: string, at: Place): MediaFile {
  checkS3Source(uri, at.call.rules?.s3Sources, at.member)
  if (at.call.target.model.features !== undefined && factsOfTarget(at.call).s3 === undefined)
    throw refusal(
      'unsupported',
      at.member,
      'This model reads no files from S3. Send the file itself, or its https address.',
    )
  const why =
    'Its name does not say what it is: it ends in none of the known ways. A `file` part may give a `filename`.'
  return { type: taken(typeByName(at.part), why, at), source: { s3Location: { uri } } }
}

function sound({ data, format: name }: { data: string; format: string }, at: Place): MediaFile {
  const format = audioFormat(name)
  if (format === undefined) {
    const why = `Bedrock does not take sound in this format. Send ${formatsOf.audio}.`
    throw refusal('unsupported', `${at.path}.input_audio.format`, why)
  }
  const base64 = (readDataUri(data) ?? bareBase64(data))?.base64
  if (base64 === undefined) throw invalid(at, notBase64)
  const type: MediaType = { kind: 'audio', format }
  checkFile(type, base64, at.member)
  return { type, source: { bytes: base64 } }
}

function taken(type: MediaType | undefined, why: string, at: Place): MediaType {
  if (type === undefined || !kindsOf[at.part.type].includes(type.kind)) {
    throw refusal('unsupported', at.member, `${why} Send ${takenList(at)}.`)
  }
  requireKind(type.kind, at.path, at.call)
  return type
}

/** What the part may hold for this model. */
const takenList = ({ part, call }: Place): string =>
  takenBy(part, call)
    .map((kind) => `${nouns[kind]} (${formatsOf[kind]})`)
    .join(' or ')

const nouns: Readonly<Record<MediaKind, string>> = {
  image: 'an image',
  document: 'a document',
  video: 'a video',
  audio: 'sound',
}

const waysOf: Readonly<Record<MediaPart['type'], string>> = {
  image_url: 'a data URI, or an https or s3 address,',
  video_url: 'a data URI, or an https or s3 address,',
  file: 'a data URI, Base64, or an https or s3 address,',
  input_audio: 'Base64',
}

const ofType = (label: string): string =>
  label
    ? `Bedrock takes no file of type ${label} here.`
    : 'What it is cannot be told from its name or its first bytes: give a `filename` that says so, or send a data URI.'
const notBase64 = 'The data is not Base64.'
const invalid = ({ member }: Place, why: string) => refusal('invalid_request', member, why)

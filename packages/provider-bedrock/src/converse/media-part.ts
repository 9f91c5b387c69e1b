import type { ChatUserPart, Feature } from '@moho/core'
import { type MediaKind, type MediaType, typeOfName } from './media-type.ts'
import { mayHave, refusal, type Translation } from './translation.ts'

/** A part of a message that is a file. */
export type MediaPart = Extract<ChatUserPart, { type: 'image_url' | 'video_url' | 'file' | 'input_audio' }>

/** What the part says of its file: a data URI, Base64 or an address. Makes nothing: every call asks. */
export function fileIn(part: MediaPart): string {
  switch (part.type) {
    case 'image_url':
      return typeof part.image_url === 'string' ? part.image_url : part.image_url.url
    case 'video_url':
      return typeof part.video_url === 'string' ? part.video_url : part.video_url.url
    case 'file':
      return part.file.file_data || part.file.file_id || ''
    case 'input_audio':
      return part.input_audio.data
  }
}

/** The member that says it. */
export function memberIn(part: MediaPart, path: string): string {
  switch (part.type) {
    case 'image_url':
      return typeof part.image_url === 'string' ? `${path}.image_url` : `${path}.image_url.url`
    case 'video_url':
      return typeof part.video_url === 'string' ? `${path}.video_url` : `${path}.video_url.url`
    case 'file':
      return part.file.file_data
        ? `${path}.file.file_data`
        : part.file.file_id
          ? `${path}.file.file_id`
          : `${path}.file`
    case 'input_audio':
      return `${path}.input_audio.data`
  }
}

/** Whether the file is to be fetched from where the caller says. */
export function isFetched(part: MediaPart): boolean {
  if (part.type === 'input_audio' || (part.type === 'file' && !part.file.file_data)) return false
  return /^https:\/\//i.test(fileIn(part))
}

/** What the file is called: by the caller, else by its address. */
export const filenameOf = (part: MediaPart): string => callersName(part) || addressOf(fileIn(part))

/** What its name says that it is. */
export const typeByName = (part: MediaPart): MediaType | undefined =>
  typeOfName(callersName(part)) ?? typeOfName(addressOf(fileIn(part)))

/**
 * What the file may be, as far as can be told without it: what the part is for, and what its name ends in. Throws `unsupported` where
 * the model takes none of it.
 */
export function possibleKinds(part: MediaPart, path: string, call: Pick<Translation, 'target'>): readonly MediaKind[] {
  const named = /^(https|s3):/i.test(fileIn(part)) ? typeByName(part)?.kind : undefined
  if (named !== undefined && kindsOf[part.type].includes(named)) {
    requireKind(named, path, call)
    return [named]
  }
  const kinds = takenBy(part, call)
  if (kinds.length === 0) throw lacks(kindsOf[part.type][0], path)
  return kinds
}

/** What the part may hold for this model. */
export const takenBy = (part: MediaPart, call: Pick<Translation, 'target'>): readonly MediaKind[] =>
  kindsOf[part.type].filter((kind) => mayHave(call, featureOf[kind]))

/** The file has turned out to be of a kind that the model may not take. */
export function requireKind(kind: MediaKind, path: string, call: Pick<Translation, 'target'>): void {
  if (!mayHave(call, featureOf[kind])) throw lacks(kind, path)
}

export const kindsOf: Readonly<Record<MediaPart['type'], readonly [MediaKind, ...MediaKind[]]>> = {
  image_url: ['image', 'document', 'video'],
  video_url: ['video'],
  file: ['document', 'image', 'video', 'audio'],
  input_audio: ['audio'],
}

const featureOf: Readonly<Record<MediaKind, Feature>> = {
  image: 'vision',
  document: 'documents',
  video: 'video',
  audio: 'audio',
}

const lacks = (kind: MediaKind, path: string) =>
  refusal('unsupported', path, `This model does not ${verbOf[kind]}. Ask a model that does.`)

const verbOf: Readonly<Record<MediaKind, string>> = {
  image: 'see images',
  document: 'read documents',
  video: 'watch videos',
  audio: 'listen to sound',
}

/** In characters. What is longer is refused before it is fetched. */
const longestAddress = 8192

const callersName = (part: MediaPart): string => (part.type === 'file' && part.file.filename) || ''

/** The path in an address; '' for what is none. */
function addressOf(file: string): string {
  if (/^s3:/i.test(file)) return file
  if (file.length > longestAddress || !/^https:/i.test(file) || !URL.canParse(file)) return ''
  const { pathname } = new URL(file)
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}

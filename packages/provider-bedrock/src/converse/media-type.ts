import type { AudioFormat, DocumentFormat, ImageFormat, VideoFormat } from './wire.ts'

/** What a file is, in Bedrock's words. */
export type MediaType =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'document'; readonly format: DocumentFormat }
  | { readonly kind: 'video'; readonly format: VideoFormat }
  | { readonly kind: 'audio'; readonly format: AudioFormat }

export type MediaKind = MediaType['kind']

export interface TypeHints {
  /** Lower-case media type without parameters; '' where nobody said. */
  readonly declared: string
  /** By the file's name. */
  readonly named: MediaType | undefined
  /** The first `headBytes` bytes. */
  readonly head: Buffer
}

export const headBytes = 64

/**
 * What a file is. Its own bytes count more than its label, which is wrong often enough for Bedrock to refuse the file; a label that
 * says nothing gives way to the file's name.
 */
export function typeOf({ declared, named, head }: TypeHints): MediaType | undefined {
  const start = head.toString('latin1')
  const sure = signatures.find(([pattern]) => pattern.test(start))?.[1]
  if (sure !== undefined) return sure
  const labelled = byLabel.get(declared)
  if (vague.has(declared)) return named ?? labelled ?? containers.find(([pattern]) => pattern.test(start))?.[1]
  return labelled
}

/** Whether the first bytes are those of an image that Bedrock reads. All of them begin in a way of their own. */
export const isImage = (head: Buffer): boolean => {
  const start = head.toString('latin1')
  return signatures.some(([pattern, { kind }]) => kind === 'image' && pattern.test(start))
}

/** By the letters after its last dot. */
export function typeOfName(name: string): MediaType | undefined {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase()
  return extension === undefined ? undefined : byExtension.get(extension)
}

/** The `format` of a sound: a name of Bedrock's, or what else it is known by, as in `audio/mpeg`. */
export function audioFormat(name: string): AudioFormat | undefined {
  const bare = name.toLowerCase().replace(/^audio\//, '')
  const labelled = byLabel.get(`audio/${bare}`)
  return audioFormats.find((format) => format === bare) ?? (labelled?.kind === 'audio' ? labelled.format : undefined)
}

/** Whether a file of this type is text that somebody may read. */
export const isText = ({ kind, format }: MediaType): boolean => kind === 'document' && texts.has(format)

const texts: ReadonlySet<string> = new Set<DocumentFormat>(['txt', 'md', 'csv', 'html'])

/** What a caller is told to send. */
export const formatsOf: Readonly<Record<MediaKind, string>> = {
  image: 'png, jpeg, gif or webp',
  document: 'pdf, csv, doc, docx, xls, xlsx, html, txt or md',
  video: 'mkv, mov, mp4, webm, flv, mpeg, mpg, wmv or 3gp',
  audio: 'mp3, opus, wav, aac, flac, mp4, ogg, mkv, m4a, webm or pcm',
}

const image = (format: ImageFormat): MediaType => ({ kind: 'image', format })
const document = (format: DocumentFormat): MediaType => ({ kind: 'document', format })
const video = (format: VideoFormat): MediaType => ({ kind: 'video', format })
const audio = (format: AudioFormat): MediaType => ({ kind: 'audio', format })

const audioFormats: readonly AudioFormat[] = [
  'mp3',
  'opus',
  'wav',
  'aac',
  'flac',
  'mp4',
  'ogg',
  'mkv',
  'm4a',
  'webm',
  'pcm',
]

const byLabel: ReadonlyMap<string, MediaType> = new Map([
  ['image/png', image('png')],
  ['image/jpeg', image('jpeg')],
  ['image/jpg', image('jpeg')],
  ['image/pjpeg', image('jpeg')],
  ['image/gif', image('gif')],
  ['image/webp', image('webp')],

  ['application/pdf', document('pdf')],
  ['application/x-pdf', document('pdf')],
  ['text/csv', document('csv')],
  ['application/csv', document('csv')],
  ['application/msword', document('doc')],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', document('docx')],
  ['application/vnd.ms-excel', document('xls')],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', document('xlsx')],
  ['text/html', document('html')],
  ['text/plain', document('txt')],
  ['text/markdown', document('md')],
  ['text/x-markdown', document('md')],

  ['video/x-matroska', video('mkv')],
  ['video/matroska', video('mkv')],
  ['video/quicktime', video('mov')],
  ['video/mp4', video('mp4')],
  ['video/webm', video('webm')],
  ['video/x-flv', video('flv')],
  ['video/mpeg', video('mpeg')],
  ['video/x-ms-wmv', video('wmv')],
  ['video/3gpp', video('three_gp')],

  ['audio/mpeg', audio('mp3')],
  ['audio/mpga', audio('mp3')],
  ['audio/mp3', audio('mp3')],
  ['audio/opus', audio('opus')],
  ['audio/wav', audio('wav')],
  ['audio/wave', audio('wav')],
  ['audio/x-wav', audio('wav')],
  ['audio/vnd.wave', audio('wav')],
  ['audio/aac', audio('aac')],
  ['audio/x-aac', audio('aac')],
  ['audio/flac', audio('flac')],
  ['audio/x-flac', audio('flac')],
  ['audio/mp4', audio('mp4')],
  ['audio/m4a', audio('m4a')],
  ['audio/x-m4a', audio('m4a')],
  ['audio/ogg', audio('ogg')],
  ['audio/webm', audio('webm')],
  ['audio/x-matroska', audio('mkv')],
  ['audio/pcm', audio('pcm')],
])

/** Labels that say too little. Windows calls CSV files Excel's. */
const vague: ReadonlySet<string> = new Set([
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-download',
  'application/force-download',
  'application/vnd.ms-excel',
])

const byExtension: ReadonlyMap<string, MediaType> = new Map([
  ['png', image('png')],
  ['jpg', image('jpeg')],
  ['jpeg', image('jpeg')],
  ['gif', image('gif')],
  ['webp', image('webp')],

  ...(['pdf', 'csv', 'doc', 'docx', 'xls', 'xlsx', 'html', 'txt', 'md'] as const).map(
    (format) => [format, document(format)] as const,
  ),
  ['htm', document('html')],
  ['text', document('txt')],
  ['markdown', document('md')],

  ...(['mkv', 'mov', 'mp4', 'webm', 'flv', 'mpeg', 'mpg', 'wmv'] as const).map(
    (format) => [format, video(format)] as const,
  ),
  ['3gp', video('three_gp')],

  // The rest of the audio formats are more often videos.
  ...(['mp3', 'opus', 'wav', 'aac', 'flac', 'ogg', 'm4a', 'pcm'] as const).map(
    (format) => [format, audio(format)] as const,
  ),
  ['oga', audio('ogg')],
])

type Signature = readonly [pattern: RegExp, type: MediaType]

/** First bytes that leave no doubt. */
const signatures: readonly Signature[] = [
  [/^\x89PNG\r\n\x1a\n/, image('png')],
  [/^\xff\xd8\xff/, image('jpeg')],
  [/^GIF8[79]a/, image('gif')],
  [/^RIFF.{4}WEBP/s, image('webp')],
  [/^%PDF-/, document('pdf')],
]

/** First bytes of what may hold pictures, sound or both, so that a label says more. */
const containers: readonly Signature[] = [
  [/^.{4}ftypqt {2}/s, video('mov')],
  [/^.{4}ftyp3gp/s, video('three_gp')],
  [/^.{4}ftypM4A/s, audio('m4a')],
  [/^.{4}ftyp(isom|iso\d|mp4\d|avc1|M4V|dash)/s, video('mp4')],
  [/^\x1a\x45\xdf\xa3.*webm/s, video('webm')],
  [/^\x1a\x45\xdf\xa3.*matroska/s, video('mkv')],
  [/^FLV\x01/, video('flv')],
  [/^\x00\x00\x01[\xb3\xba]/, video('mpeg')],
  [/^\x30\x26\xb2\x75\x8e\x66\xcf\x11/, video('wmv')],
  [/^RIFF.{4}WAVE/s, audio('wav')],
  [/^(ID3|\xff[\xfb\xf3\xf2])/, audio('mp3')],
  [/^\xff[\xf1\xf9]/, audio('aac')],
  [/^fLaC/, audio('flac')],
  [/^OggS.{24,26}OpusHead/s, audio('opus')],
  [/^OggS/, audio('ogg')],
]

import { documentNames } from './document-names.ts'
import { readFile } from './media-file.ts'
import { mostFiles } from './media-limits.ts'
import { filenameOf, type MediaPart, memberIn, possibleKinds } from './media-part.ts'
import type { MediaKind } from './media-type.ts'
import { refusal, reportRest, type Translation } from './translation.ts'
import type { MediaBlock } from './wire.ts'

export type { MediaPart } from './media-part.ts'

/** The images, documents, videos and sounds of one request. */
export interface Media {
  /**
   * A part as Converse has it. Throws `invalid_request` for what cannot be read or is more than Bedrock takes, `unsupported` for what
   * the model or the entry does not take; each names the member at fault.
   * @param path the part's, as in `messages[3].content[1]`
   */
  block(part: MediaPart, path: string): MediaBlock
}

export function createMedia(call: Translation): Media {
  const documentName = documentNames()
  const counts: Record<MediaKind, number> = { image: 0, document: 0, video: 0, audio: 0 }
  return {
    block(part, path) {
      // Before anything is read: it may be megabytes.
      possibleKinds(part, path, call)
      reportMembers(part, path, call)
      const { type, source } = readFile(part, path, call)
      counts[type.kind] += 1
      const most = mostFiles[type.kind]
      if (counts[type.kind] > most) {
        const why = `Bedrock takes ${most} ${type.kind}${most === 1 ? '' : 's'} in a request, those of earlier messages among them. Leave older ones out.`
        throw refusal('invalid_request', memberIn(part, path), why)
      }
      switch (type.kind) {
        case 'image':
          return { image: { format: type.format, source } }
        case 'document':
          return { document: { format: type.format, name: documentName(filenameOf(part)), source } }
        case 'video':
          return { video: { format: type.format, source } }
        case 'audio':
          return { audio: { format: type.format, source } }
      }
    },
  }
}

function reportMembers(part: MediaPart, path: string, call: Translation): void {
  reportRest(part, knownOfPart[part.type], path, call)
  switch (part.type) {
    case 'image_url': {
      const image = part.image_url
      if (typeof image === 'string') return
      reportRest(image, knownOfImage, `${path}.image_url`, call)
      if (image.detail !== undefined && image.detail !== null && image.detail !== 'auto') {
        call.dropped(`${path}.image_url.detail`, 'Bedrock chooses the resolution itself')
      }
      return
    }
    case 'video_url':
      if (typeof part.video_url !== 'string') reportRest(part.video_url, knownOfVideo, `${path}.video_url`, call)
      return
    case 'file':
      reportRest(part.file, part.file.file_data ? knownOfData : knownOfId, `${path}.file`, call)
      return
    case 'input_audio':
      reportRest(part.input_audio, knownOfAudio, `${path}.input_audio`, call)
  }
}

const knownOfPart: Readonly<Record<MediaPart['type'], ReadonlySet<string>>> = {
  image_url: new Set(['type', 'image_url', 'cache_control']),
  video_url: new Set(['type', 'video_url', 'cache_control']),
  file: new Set(['type', 'file', 'cache_control']),
  input_audio: new Set(['type', 'input_audio', 'cache_control']),
}
const knownOfImage = new Set(['url', 'detail'])
const knownOfVideo = new Set(['url'])
const knownOfData = new Set(['file_data', 'filename'])
const knownOfId = new Set(['file_data', 'file_id', 'filename'])
const knownOfAudio = new Set(['data', 'format'])

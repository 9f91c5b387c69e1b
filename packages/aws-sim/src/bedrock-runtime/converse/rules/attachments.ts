import { type ConverseCall, modelError, placedBlocks } from '../call.ts'
import { imageFormat, imageSize } from '../image-bytes.ts'
import type { ContentBlock, ConverseRequest, DocumentBlock, ImageBlock } from '../request-schema.ts'

/** Rules about images, documents, videos and sound. */

export const MAX_IMAGES = 20
export const MAX_DOCUMENTS = 5
/** Of the base64 text; 3.75 MB of image. */
export const MAX_IMAGE_BASE64 = 5_242_880
export const MAX_DOCUMENT_BYTES = 4_718_592
const MAX_IMAGE_SIDE = 8000

// The wording is inferred from the one about documents.
export function hasTooManyImages({ body }: ConverseCall): string | undefined {
  return images(body).length > MAX_IMAGES ? `You can't include more than ${MAX_IMAGES} images in a request.` : undefined
}

export function hasTooManyDocuments({ body }: ConverseCall): string | undefined {
  if (documents(body).length <= MAX_DOCUMENTS) return undefined
  return `You can't include more than ${MAX_DOCUMENTS} documents in a request.`
}

export function hasLargeImage({ body }: ConverseCall): string | undefined {
  const found = images(body).find(({ image }) => (image.source.bytes?.length ?? 0) > MAX_IMAGE_BASE64)
  if (!found) return undefined
  return modelError(
    `${found.place}.image.source.base64: image exceeds 5 MB maximum: ${found.image.source.bytes?.length} bytes > ${MAX_IMAGE_BASE64} bytes`,
  )
}

// The wording is inferred.
export function hasLargeDocument({ body }: ConverseCall): string | undefined {
  const found = documents(body).find(({ document }) => decodedLength(document.source.bytes) > MAX_DOCUMENT_BYTES)
  return found && `The document at ${found.place}.document exceeds the maximum document size of 4.5 MB.`
}

export function hasOtherImageFormat({ body }: ConverseCall): string | undefined {
  for (const { image, place } of images(body)) {
    if (image.source.bytes === undefined) continue
    const actual = imageFormat(Buffer.from(image.source.bytes.slice(0, 64), 'base64'))
    if (actual === undefined) return modelError(`${place}.image.source.base64: Could not process image`)
    if (actual !== image.format) {
      return modelError(
        `${place}.image.source.base64: The image was specified using the image/${image.format} media type, but the image appears to be a image/${actual} image`,
      )
    }
  }
  return undefined
}

export function hasWideImage({ body }: ConverseCall): string | undefined {
  const found = images(body).find(({ image }) => {
    const size = imageSize(Buffer.from(image.source.bytes?.slice(0, 64) ?? '', 'base64'))
    return size !== undefined && Math.max(size.width, size.height) > MAX_IMAGE_SIDE
  })
  if (!found) return undefined
  return modelError(
    `${found.place}.image.source.base64.data: At least one of the image dimensions exceed max allowed size: ${MAX_IMAGE_SIDE} pixels`,
  )
}

// The wording is inferred; that a text block is needed is documented.
export function hasDocumentWithoutText({ body }: ConverseCall): string | undefined {
  const index = (body.messages ?? []).findIndex(
    ({ content }) => content.some((block) => block.document) && !content.some((block) => block.text !== undefined),
  )
  if (index === -1) return undefined
  return `The message at messages.${index} contains a document but no text. Add a ContentBlock with a text field to the message and try again.`
}

// As documented. AWS was seen to let underscores pass, which nobody should build on.
export function hasBadDocumentName({ body }: ConverseCall): string | undefined {
  const isGood = (name: string): boolean => /^[a-zA-Z0-9 \-()[\]]+$/.test(name) && !name.includes('  ')
  if (documents(body).every(({ document }) => isGood(document.name))) return undefined
  return "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request."
}

export function repeatsDocumentName({ body }: ConverseCall): string | undefined {
  const names = documents(body).map(({ document }) => document.name)
  if (new Set(names).size === names.length) return undefined
  return "Messages can't contain duplicate document names. Rename the document and retry your request."
}

export function lacksSupportFor(kind: Kind): (call: ConverseCall) => string | undefined {
  return ({ body, model }) => {
    const supported = model?.[SUPPORT[kind]] ?? true
    if (supported || attached(body, kind).length === 0) return undefined
    return `This model doesn't support the ${kind} content block that you provided. Update the content block and try again.`
  }
}

const MAX_VIDEOS = 1

// The wording is inferred from the one about documents.
export function hasTooManyVideos({ body }: ConverseCall): string | undefined {
  if (attached(body, 'video').length <= MAX_VIDEOS) return undefined
  return `You can't include more than ${MAX_VIDEOS} video in a request.`
}

// The wording is inferred; which models read files from S3 is documented.
export function namesFileWithoutSupport({ body, model }: ConverseCall): string | undefined {
  if (model?.s3Files !== false) return undefined
  for (const kind of KINDS) {
    const found = attached(body, kind).find(({ block }) => block.source.s3Location)
    if (found) {
      return `This model doesn't support the s3Location source of the ${kind} content block at ${found.place}.${kind}. Send the bytes of the file instead.`
    }
  }
  return undefined
}

// The wording is inferred.
export function hasOtherDocumentFormat({ body }: ConverseCall): string | undefined {
  for (const { document, place } of documents(body)) {
    const { format, source } = document
    if (format === undefined || source.bytes === undefined) continue
    const actual = container(Buffer.from(source.bytes.slice(0, 16), 'base64').toString('latin1'))
    if (actual !== CONTAINERS[format]) {
      return `The document at ${place}.document was specified in the ${format} format, but its content is not.`
    }
  }
  return undefined
}

/** What the first bytes of a document are those of; texts have none. */
const CONTAINERS: Readonly<Record<string, 'pdf' | 'zip' | 'ole' | undefined>> = {
  pdf: 'pdf',
  docx: 'zip',
  xlsx: 'zip',
  doc: 'ole',
  xls: 'ole',
}

function container(head: string): 'pdf' | 'zip' | 'ole' | undefined {
  if (head.startsWith('%PDF')) return 'pdf'
  if (head.startsWith('PK\x03\x04')) return 'zip'
  return head.startsWith('\xd0\xcf\x11\xe0') ? 'ole' : undefined
}

const KINDS = ['image', 'document', 'video', 'audio'] as const
type Kind = (typeof KINDS)[number]
const SUPPORT = { image: 'images', document: 'documents', video: 'videos', audio: 'audio' } as const

function attached<K extends Kind>(
  body: ConverseRequest,
  kind: K,
): { block: NonNullable<ContentBlock[K]>; place: string }[] {
  return placedBlocks(body).flatMap(({ block, place }) =>
    [
      { holder: block, place },
      ...(block.toolResult?.content ?? []).map((part, index) => ({
        holder: part as ContentBlock,
        place: `${place}.toolResult.content.${index}`,
      })),
    ].flatMap(({ holder, place: at }) => {
      const found = holder[kind]
      return found ? [{ block: found, place: at }] : []
    }),
  )
}

function images(body: ConverseRequest): { image: ImageBlock; place: string }[] {
  return attached(body, 'image').map(({ block, place }) => ({ image: block, place }))
}

function documents(body: ConverseRequest): { document: DocumentBlock; place: string }[] {
  return attached(body, 'document').map(({ block, place }) => ({ document: block, place }))
}

function decodedLength(base64: string | undefined): number {
  return base64 === undefined ? 0 : Buffer.byteLength(base64, 'base64')
}

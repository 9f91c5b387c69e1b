import type { RefusalExample } from '../examples.ts'
import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS, MAX_IMAGE_BASE64, MAX_IMAGES } from '../rules/attachments.ts'
import {
  assistant,
  GPT_OSS,
  HELLO,
  image,
  inS3,
  invalid,
  NOVA,
  pdf,
  pngBytes,
  SONNET,
  sound,
  text,
  toolConfig,
  toolResult,
  toolUse,
  user,
  VOXTRAL,
  video,
} from './parts.ts'

const BAD_NAME =
  "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check that the file name conforms to these restrictions and retry your request."

export const attachmentExamples: readonly RefusalExample[] = [
  invalid(
    'images-unsupported',
    asked(image()),
    "This model doesn't support the image content block that you provided. Update the content block and try again.",
    'openai.gpt-oss-120b-1:0',
  ),
  invalid(
    'documents-unsupported',
    asked(pdf('report')),
    "This model doesn't support the document content block that you provided. Update the content block and try again.",
    GPT_OSS,
    { modelId: NOVA },
  ),
  invalid(
    'documents-unsupported',
    toldBy({ document: { format: 'txt', name: 'a', source: { bytes: 'SGk=' } } }),
    "This model doesn't support the document content block that you provided. Update the content block and try again.",
    'qwen.qwen3-32b-v1:0',
    { modelId: SONNET },
  ),
  invalid(
    'videos-unsupported',
    asked(video),
    "This model doesn't support the video content block that you provided. Update the content block and try again.",
    SONNET,
    { modelId: NOVA },
  ),
  invalid(
    'videos-unsupported',
    toldBy(video),
    "This model doesn't support the video content block that you provided. Update the content block and try again.",
    SONNET,
    { modelId: NOVA },
  ),
  invalid(
    'audio-unsupported',
    asked(sound),
    "This model doesn't support the audio content block that you provided. Update the content block and try again.",
    NOVA,
    { modelId: VOXTRAL },
  ),
  invalid(
    's3-unsupported',
    asked({ image: { format: 'png', source: inS3('a.png') } }),
    "This model doesn't support the s3Location source of the image content block at messages.0.content.1.image. Send the bytes of the file instead.",
    SONNET,
    { modelId: NOVA },
  ),
  invalid(
    's3-unsupported',
    toldBy({ document: { format: 'pdf', name: 'a', source: inS3('a.pdf') } }),
    "This model doesn't support the s3Location source of the document content block at messages.2.content.0.toolResult.content.0.document. Send the bytes of the file instead.",
    SONNET,
    { modelId: NOVA },
  ),
  invalid('video-count', asked(video, video), "You can't include more than 1 video in a request.", NOVA, {
    body: asked({ video: { format: 'mp4', source: inS3('a.mp4') } }),
  }),
  invalid(
    'image-count',
    asked(...Array.from({ length: MAX_IMAGES + 1 }, () => image())),
    "You can't include more than 20 images in a request.",
  ),
  invalid(
    'document-count',
    asked(...Array.from({ length: MAX_DOCUMENTS + 1 }, (_, index) => pdf(`report ${index}`))),
    "You can't include more than 5 documents in a request.",
  ),
  invalid(
    'image-bytes',
    asked(image('A'.repeat(MAX_IMAGE_BASE64 + 4))),
    'The model returned the following errors: messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 5242884 bytes > 5242880 bytes',
  ),
  invalid(
    'document-bytes',
    asked(pdf('report', 'A'.repeat((MAX_DOCUMENT_BYTES / 3) * 4 + 4))),
    'The document at messages.0.content.1.document exceeds the maximum document size of 4.5 MB.',
    NOVA,
  ),
  invalid(
    'image-format',
    asked(image(pngBytes(), 'jpeg')),
    'The model returned the following errors: messages.0.content.1.image.source.base64: The image was specified using the image/jpeg media type, but the image appears to be a image/png image',
  ),
  invalid(
    'image-format',
    asked(image('SGVsbG8=')),
    'The model returned the following errors: messages.0.content.1.image.source.base64: Could not process image',
  ),
  invalid(
    'image-dimensions',
    asked(image(pngBytes(8001, 10))),
    'The model returned the following errors: messages.0.content.1.image.source.base64.data: At least one of the image dimensions exceed max allowed size: 8000 pixels',
  ),
  invalid(
    'document-format',
    asked(pdf('report', 'SGVsbG8=')),
    'The document at messages.0.content.1.document was specified in the pdf format, but its content is not.',
    SONNET,
    { body: asked(pdf('report')) },
  ),
  invalid(
    'document-format',
    asked({ document: { format: 'txt', name: 'a', source: { bytes: 'JVBERi0xLjQK' } } }),
    'The document at messages.0.content.1.document was specified in the txt format, but its content is not.',
    NOVA,
    { body: asked({ document: { format: 'txt', name: 'a', source: { bytes: 'SGVsbG8=' } } }) },
  ),
  invalid(
    'document-needs-text',
    { messages: [user(pdf('report'))] },
    'The message at messages.0 contains a document but no text. Add a ContentBlock with a text field to the message and try again.',
  ),
  invalid('document-name', asked(pdf('report.pdf')), BAD_NAME),
  invalid('document-name', asked(pdf('my  report')), BAD_NAME),
  invalid(
    'document-name-repeated',
    asked(pdf('report'), pdf('report')),
    "Messages can't contain duplicate document names. Rename the document and retry your request.",
  ),
]

function asked(...blocks: readonly object[]): object {
  return { messages: [user(text('What is this?'), ...blocks)] }
}

/** A tool's result that is this file. */
function toldBy(block: object): object {
  return {
    messages: [HELLO, assistant(toolUse('a')), user(toolResult('a', [block]), text('And now?'))],
    toolConfig,
  }
}

import { isUtf8 } from 'node:buffer'
import type { MohoError, ReadError, StringMap, Translate } from '@moho/core'
import { decodedLength } from '../converse/base64.ts'
import { readObject, unreadable } from '../converse/reading.ts'
import { failureType } from '../event-stream.ts'
import { answerReader } from './answer-reader.ts'
import type { InvokeFormat } from './format.ts'

/**
 * The chunks of InvokeModelWithResponseStream as verbs: each holds one object of the model's own format. `headers` are the response's;
 * `readFailure` turns a failure inside the stream, its type and its JSON, into a fault of Moho's table.
 */
export const fromInvokeStream = (
  format: InvokeFormat,
  headers: StringMap,
  readFailure: (type: string, text: string) => MohoError,
  readError?: ReadError,
): Translate => {
  return (out) => {
    const answer = answerReader(format, headers, readError, out)
    return {
      frame(data, name) {
        // The answer is whole and paid for: what comes after it cannot take it back.
        if (answer.over) return
        const failure = failureType(name)
        if (failure !== undefined) throw readFailure(failure, data)
        // New kinds of events come unannounced.
        if (name === 'chunk') answer.read(chunkIn(data))
      },
      end: () => answer.end(),
    }
  }
}

/** As in `{"bytes":"eyJ…","p":"abc"}`. Node's decoder passes over what is no Base64. */
function chunkIn(data: string): string {
  const { bytes } = readObject(data)
  if (typeof bytes !== 'string' || bytes === '') throw unreadable('a chunk without bytes', data)
  const chunk = Buffer.from(bytes, 'base64')
  if (chunk.byteLength !== decodedLength(bytes)) throw unreadable('a chunk that is no Base64', data)
  if (!isUtf8(chunk)) throw unreadable('a chunk that is no text', data)
  return chunk.toString('utf8')
}

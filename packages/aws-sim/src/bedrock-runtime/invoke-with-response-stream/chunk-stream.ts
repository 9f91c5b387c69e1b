import { encodeEvent, eventStream } from '../../streams/event-stream.ts'
import type { StreamFormat } from '../../streams/stream.ts'
import { padding } from '../padding.ts'

/**
 * What a model streams, each JSON object as Base64 in a frame of the type `chunk`. The names of the events are for
 * mishaps alone.
 */
export const chunkStream: StreamFormat = {
  ...eventStream,
  encode: ({ payload }) => {
    const bytes = Buffer.from(payload).toString('base64')
    return encodeEvent('chunk', `{"bytes":"${bytes}","p":"${padding(payload.length)}"}`)
  },
}

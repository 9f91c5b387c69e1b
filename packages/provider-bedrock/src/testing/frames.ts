import { crc32 } from 'node:zlib'

/** A header as its type and the bytes of its value. */
export type Header = readonly [name: string, type: number, value: Buffer]

export const counted = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.byteLength >> 8, bytes.byteLength & 255]), bytes])
}
export const text = (name: string, value: string): Header => [name, 7, counted(value)]
export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
export const headerBytes = (headers: readonly Header[]): Buffer =>
  Buffer.concat(
    headers.flatMap(([name, type, value]) => {
      const bytes = Buffer.from(name)
      return [Buffer.from([bytes.byteLength]), bytes, Buffer.from([type]), value]
    }),
  )

/** A frame of any bytes, checksums right, lengths as they are said to be. */
export function rawFrame(
  headers: Buffer,
  payload: Buffer,
  total = 16 + headers.byteLength + payload.byteLength,
): Buffer {
  const lengths = Buffer.concat([uint32(total), uint32(headers.byteLength)])
  const head = Buffer.concat([lengths, uint32(crc32(lengths)), headers, payload])
  return Buffer.concat([head, uint32(crc32(head))])
}
export const frameOf = (headers: readonly Header[], payload: string) =>
  rawFrame(headerBytes(headers), Buffer.from(payload))

export const json = text(':content-type', 'application/json')
/** The headers of an event. */
export const event = (type: string): Header[] => [text(':event-type', type), json, text(':message-type', 'event')]

/** A stream of Converse: events by name, each with its payload. */
export const converseStream = (events: readonly (readonly [name: string, payload: object])[]): Buffer =>
  Buffer.concat(events.map(([name, payload]) => frameOf(event(name), JSON.stringify(payload))))

import type { Mishaps } from '../mishaps.ts'
import { announceLength, breakChecksum, encodeError } from './event-stream.ts'
import { COMMENT, withCarriageReturns } from './sse.ts'
import type { EventStream, Failure, StreamEvent, StreamFormat } from './stream.ts'

/** The stream's events as bytes, with everything that the mishaps do to what they say. */
export function encodeEvents(stream: EventStream, mishaps: Mishaps): readonly Buffer[] {
  if (DISTURBING.some((member) => mishaps[member] !== undefined)) return encodeDisturbed(stream, mishaps)
  const known = ENCODED.get(stream)
  if (known) return known
  const frames = stream.events.map((event) => stream.format.encode(event))
  ENCODED.set(stream, frames)
  return frames
}

const DISTURBING = [
  'exception',
  'errorFrame',
  'badCrc',
  'frameLength',
  'garbageBytes',
  'garbageJson',
  'without',
  'twice',
  'afterEnd',
  'comments',
  'crlf',
] as const satisfies readonly (keyof Mishaps)[]

// An answer that is given again is not encoded again.
const ENCODED = new WeakMap<EventStream, readonly Buffer[]>()

function encodeDisturbed({ format, events }: EventStream, mishaps: Mishaps): Buffer[] {
  const chosen = chooseEvents(events, mishaps)
  const at = Math.min(mishaps.at ?? 0, chosen.length)
  const frames = chosen.map((event, index) =>
    format.encode(mishaps.garbageJson && index === at ? { ...event, payload: '{"this is": not JSON' } : event),
  )
  const struck = frames[at]
  if (struck) frames[at] = strike(struck, format, mishaps)
  const ending = failureAt(format, mishaps, at)
  if (ending) frames.splice(at, frames.length, ending)
  if (mishaps.garbageBytes !== undefined) frames.splice(at, 0, garbage(mishaps.garbageBytes))
  return format.kind === 'text' ? dress(frames, mishaps) : frames
}

function chooseEvents(events: readonly StreamEvent[], mishaps: Mishaps): readonly StreamEvent[] {
  const { without, twice, afterEnd } = mishaps
  if (without === undefined && twice === undefined && !afterEnd) return events
  const left = namesIn(without)
  const repeated = namesIn(twice)
  const chosen = events
    .filter(({ name }) => !left.includes(name))
    .flatMap((event) => (repeated.includes(event.name) ? [event, event] : [event]))
  const again = events.find(({ name }) => /delta/i.test(name))
  return afterEnd && again ? [...chosen, again] : chosen
}

function strike(frame: Buffer, format: StreamFormat, { badCrc, frameLength }: Mishaps): Buffer {
  if (format.kind === 'text') return frame
  if (frameLength !== undefined) return announceLength(frame, frameLength)
  return badCrc === undefined ? frame : breakChecksum(frame, badCrc)
}

function failureAt(format: StreamFormat, mishaps: Mishaps, at: number): Buffer | undefined {
  if (mishaps.exception !== undefined) {
    const [name, text] = nameAndText(mishaps.exception)
    return format.failure(toFailure(name, text, mishaps.originalStatusCode), at)
  }
  if (mishaps.errorFrame === undefined) return undefined
  const [code, text = 'The simulator was asked for this error.'] = nameAndText(mishaps.errorFrame)
  return format.kind === 'binary' ? encodeError(code, text) : format.failure(toFailure(code, text), at)
}

/** The exceptions that ConverseStream declares, with a text for each. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    throttlingException: 'Too many tokens, please wait before trying again.',
    modelStreamErrorException: 'The system encountered an unexpected error during processing. Try your request again.',
    internalServerException: 'The system encountered an unexpected error during processing. Try your request again.',
    serviceUnavailableException: 'Bedrock is unable to process your request.',
    validationException: 'The provided request is not valid.',
  }),
)

function toFailure(name: string, text: string | undefined, originalStatusCode = 500): Failure {
  const message = text ?? EXCEPTIONS.get(name) ?? `Simulated ${name}.`
  const isModels = name === 'modelStreamErrorException'
  const payload = isModels ? { message, originalMessage: message, originalStatusCode } : { message }
  return { name, message, payload: JSON.stringify(payload) }
}

function nameAndText(value: string): [name: string, text?: string] {
  const colon = value.indexOf(':')
  return colon === -1 ? [value] : [value.slice(0, colon), value.slice(colon + 1)]
}

function namesIn(list: string | undefined): readonly string[] {
  return list?.split(',').map((name) => name.trim()) ?? []
}

// Always the same bytes. None of them ends a line; read as a frame's length, the first four are 2 GB.
function garbage(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, index) => 0x80 + ((index * 37 + 11) % 0x80)))
}

function dress(frames: readonly Buffer[], { comments, crlf }: Mishaps): Buffer[] {
  const commented = frames.map((frame, index) =>
    comments !== undefined && index % comments === 0 ? Buffer.concat([COMMENT, frame]) : frame,
  )
  return crlf ? commented.map(withCarriageReturns) : commented
}

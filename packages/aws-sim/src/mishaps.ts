import { z } from 'zod'

/**
 * What can go wrong with an answer on its way. Each member is a member of a scripted answer and, by the same name in
 * any case, a directive in the prompt: `{ "hangAfter": 3 }` is `[[sim:hangAfter=3]]`.
 */
export const mishapShape = {
  /** Milliseconds before the first byte. */
  delayMs: z.int().min(0).max(3_600_000),
  /** Nothing at all, not even the head; the connection stays open. */
  hang: z.boolean(),
  /** The head and so many events; then silence on an open connection. */
  hangAfter: z.int().min(0),
  /** Ends in the middle of the body. */
  cut: z.boolean(),
  /** Ends after so many bytes of the body. */
  cutAfter: z.int().min(0),
  /** Ends after so many events. */
  cutAfterEvents: z.int().min(0),
  /**
   * How a cut looks: `fin` closes the connection inside the body, `rst` resets it, `end` ends the body as if it were
   * whole.
   */
  cutBy: z.enum(['fin', 'rst', 'end']),
  /** Milliseconds between writes, each of one event unless `burst`, `split` or `trickle` say otherwise. */
  pace: z.int().min(0).max(3_600_000),
  /** So many events in one write. */
  burst: z.int().min(1),
  /** Each write is split after so many bytes. */
  split: z.int().min(1),
  /** So many bytes in one write; `true` is 1. */
  trickle: z.union([z.literal(true).transform(() => 1), z.int().min(1)]),
  /** After the last event the connection stays open and silent. */
  linger: z.boolean(),
  /** Milliseconds between heartbeats while the connection hangs or lingers. */
  heartbeat: z.int().min(1),
  /** Announces so many bytes more (or, below 0, fewer) than the body has. */
  lengthOff: z.int(),
  /** The usual head and no body. */
  emptyBody: z.boolean(),
  /** A body that is something else altogether. */
  garbage: z.boolean(),

  /** Which event the next members strike: the one after so many others; 0 when left out. */
  at: z.int().min(0),
  /** The stream ends there with this failure, `NAME` or `NAME:TEXT`. */
  exception: z.string().regex(/^[A-Za-z_]+(?::|$)/),
  /** The status of the model behind a `modelStreamErrorException`. */
  originalStatusCode: z.int().min(100).max(599),
  /** The stream ends there with a frame of the type `error`, `CODE` or `CODE:TEXT`. */
  errorFrame: z.string().regex(/^[A-Za-z_]+(?::|$)/),
  /** A checksum of that frame does not fit. */
  badCrc: z.enum(['prelude', 'message']),
  /** That frame announces this length. */
  frameLength: z.int().min(0).max(0xffffffff),
  /** So many bytes of nothing known before that event. */
  garbageBytes: z.int().min(1).max(1_000_000),
  /** The payload of that event is no JSON. */
  garbageJson: z.boolean(),

  /** Events of these names are left out; several are joined by commas. */
  without: z.string().min(1),
  /** Events of these names are sent twice. */
  twice: z.string().min(1),
  /** After the end the first piece of the text comes once more. */
  afterEnd: z.boolean(),
  /** A comment before every so many events. */
  comments: z.int().min(1),
  /** Lines end in CR LF. */
  crlf: z.boolean(),
} as const

const mishapSchema = z.object(mishapShape).partial()

export type Mishaps = z.output<typeof mishapSchema>

/** What the directives ask for; one whose value makes no sense is passed over. */
export function mishapsOf(directives: ReadonlyMap<string, string>): Mishaps {
  if (directives.size === 0) return NONE
  const asked: Record<string, unknown> = {}
  for (const [name, value] of directives) {
    const member = MEMBERS.get(name)
    if (!member) continue
    const read = mishapShape[member].safeParse(toValue(value))
    if (read.success) asked[member] = read.data
  }
  return mishapSchema.parse(asked)
}

const NONE: Mishaps = {}

// `cut` and `delay` are older and shorter names.
const MEMBERS: ReadonlyMap<string, keyof typeof mishapShape> = new Map([
  ...membersOf(mishapShape).map((name) => [name.toLowerCase(), name] as const),
  ['delay', 'delayMs'] as const,
])

function membersOf<Shape extends object>(shape: Shape): (keyof Shape & string)[] {
  return Object.keys(shape).filter((name): name is keyof Shape & string => name in shape)
}

function toValue(text: string): string | number | boolean {
  if (text === '') return true
  return /^[+-]?\d+$/.test(text) ? Number(text) : text
}

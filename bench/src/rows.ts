/** What is measured: one kind of call. */
export interface Row {
  readonly id: string
  readonly title: string
  /** What the upstream speaks. Converse has to be translated and signed, OpenAI's format is forwarded. */
  readonly upstream: 'converse' | 'openai'
  readonly stream: boolean
  /** Whether the upstream sends a stream's events 5 ms apart, as a model does, or all in one write. */
  readonly pace: 'burst' | 'paced'
  /** About how large the request is. */
  readonly requestBytes: number
  /** How many callers there are at once. */
  readonly connections: number
}

const json = { stream: false, pace: 'burst', requestBytes: 1_000, connections: 16 } as const
const stream = { stream: true, requestBytes: 1_000 } as const
const paced = { ...stream, pace: 'paced', connections: 64 } as const
const burst = { ...stream, pace: 'burst', connections: 8 } as const
const medium = { ...json, requestBytes: 200_000, connections: 8 } as const
const large = { ...json, requestBytes: 2_000_000, connections: 4 } as const

export const rows: readonly Row[] = [
  { id: 'converse-json', title: 'Converse, JSON, 1 KB', upstream: 'converse', ...json },
  { id: 'forwarded-json', title: 'Forwarded, JSON, 1 KB', upstream: 'openai', ...json },
  { id: 'converse-stream-paced', title: 'Converse, 100 events, paced', upstream: 'converse', ...paced },
  { id: 'forwarded-stream-paced', title: 'Forwarded, 100 events, paced', upstream: 'openai', ...paced },
  { id: 'converse-stream-burst', title: 'Converse, 100 events, at once', upstream: 'converse', ...burst },
  { id: 'forwarded-stream-burst', title: 'Forwarded, 100 events, at once', upstream: 'openai', ...burst },
  { id: 'converse-json-200k', title: 'Converse, JSON, 200 KB image', upstream: 'converse', ...medium },
  { id: 'forwarded-json-200k', title: 'Forwarded, JSON, 200 KB image', upstream: 'openai', ...medium },
  { id: 'converse-json-2m', title: 'Converse, JSON, 2 MB image', upstream: 'converse', ...large },
  { id: 'forwarded-json-2m', title: 'Forwarded, JSON, 2 MB image', upstream: 'openai', ...large },
]

export function findRow(id: string): Row {
  const row = rows.find((candidate) => candidate.id === id)
  if (row === undefined) throw new Error(`There is no row ${id}. There are ${rows.map((each) => each.id).join(', ')}.`)
  return row
}

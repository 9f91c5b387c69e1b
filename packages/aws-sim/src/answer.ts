/** What the simulator sends back, and how badly it behaves while sending it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds to wait before the first byte. */
  readonly delayMs?: number
  /** Close the socket after this many bytes of the body; the announced length stays the full one. */
  readonly cutAfter?: number
  /** Send nothing at all and keep the socket open. */
  readonly hang?: boolean
}

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
}

import { MohoError } from '../contract/errors.ts'
import type { AttemptRecord } from '../contract/extend.ts'
import { renderForwarded, renderWritten } from './render.ts'
import type { Trying } from './try-target.ts'

export interface WholeAnswer {
  readonly body: string | Uint8Array
  readonly record: AttemptRecord
}

/** Reads an answer to its end before anything goes to the caller. */
export async function answerWhole(trying: Trying): Promise<WholeAnswer> {
  const { dialect, model } = trying.parts
  const reply = await trying.ask()
  trying.ending.throwIfEnded()
  if (reply.kind === 'forward') {
    const forwarded = await renderForwarded(reply, dialect.forwarded, model)
    trying.reads(forwarded)
    return { body: forwarded.body, record: trying.settled() }
  }
  const writer = dialect.objectWriter?.(trying.head)
  if (writer === undefined) throw new MohoError('internal', 'Answers of this dialect can only be forwarded.')
  // Also of an answer that fails on the way.
  trying.reads(writer)
  return { body: await renderWritten(reply, writer), record: trying.settled() }
}

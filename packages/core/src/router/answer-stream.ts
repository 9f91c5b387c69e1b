import { MohoError } from '../contract/errors.ts'
import type { AttemptRecord } from '../contract/extend.ts'
import type { ForwardReply, TextReply } from '../contract/reply.ts'
import type { Asked } from '../dialects/dialect.ts'
import type { Outlet } from './outlet.ts'
import { type RelaySource, relay, writtenSource } from './relay.ts'
import { UsageTap } from './tap-usage.ts'
import type { Trying } from './try-target.ts'

export interface StreamAnswer {
  /** The attempt as it was in the end. Does not reject. */
  readonly ended: Promise<AttemptRecord>
}

/** Lets an answer stream into the outlet. Resolves when its first piece goes out. */
export async function answerStream(trying: Trying, outlet: Outlet, asked: Asked): Promise<StreamAnswer> {
  const { firstTokenMs } = trying.parts.timeouts
  const firstToken = setTimeout(() => {
    const message = `The model did not begin to answer within ${firstTokenMs} ms.`
    trying.ending.end(new MohoError('upstream_timeout', message))
  }, firstTokenMs)
  try {
    const reply = await trying.ask()
    trying.ending.throwIfEnded()
    const source = sourceOf(reply, trying, asked)
    const { ended } = await relay({ response: reply.response, source, outlet, clean: (fault) => trying.clean(fault) })
    return { ended: ended.then((error) => trying.settled(error)) }
  } finally {
    clearTimeout(firstToken)
  }
}

function sourceOf(reply: TextReply, trying: Trying, asked: Asked): RelaySource {
  const { dialect } = trying.parts
  if (reply.kind === 'forward') {
    const tap = tapOf(reply, trying, asked)
    trying.reads(tap)
    return tap
  }
  const writer = dialect.streamWriter?.(trying.head, asked)
  if (writer === undefined) throw new MohoError('internal', 'Answers of this dialect can only be forwarded.')
  trying.reads(writer)
  return writtenSource(reply, writer)
}

function tapOf({ response, readError }: ForwardReply, { parts: { dialect, model } }: Trying, asked: Asked): UsageTap {
  const type = response.headers['content-type'] ?? ''
  const { marks } = dialect.forwarded
  if (marks === undefined || !/^text\/event-stream\b/i.test(type)) {
    throw new MohoError('upstream_failed', 'The upstream was asked for a stream and answered with something else.', {
      cause: `content-type: ${type.slice(0, 200)}`,
    })
  }
  return new UsageTap(dialect, marks, model, asked, readError)
}

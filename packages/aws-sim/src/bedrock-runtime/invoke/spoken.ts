import type { Directives } from '../../directives.ts'
import type { SimulatedModel } from '../../models.ts'
import type { Exchange } from '../../service.ts'
import { composeReply, type Reply } from '../converse/reply.ts'
import type { ConverseRequest } from '../converse/request-schema.ts'
import { overriddenUsage } from '../converse/respond.ts'
import { measureUsage, type TokenUsage } from '../converse/usage.ts'

/** What the model says to a call of InvokeModel, before a format puts it on the wire. */
export interface Spoken {
  readonly model: SimulatedModel
  readonly reply: Reply
  /** The reply's texts joined, and its thoughts. */
  readonly text: string
  readonly reasoning: string
  readonly usage: TokenUsage
  /** A made-up but steady figure, as Converse has it. */
  readonly latencyMs: number
  /** How often the body asks for the same. */
  readonly choices: number
  /** Of the call: ids are made of it. */
  readonly number: number
  /** Seconds since 1970. */
  readonly created: number
}

export function speak(
  exchange: Pick<Exchange, 'world' | 'call'>,
  { body, model, choices }: { body: ConverseRequest; model: SimulatedModel; choices: number },
  directives: Directives,
): Spoken {
  const { promptCache, now } = exchange.world
  const reply = composeReply(body, model, directives)
  const counted = measureUsage(body, model, reply.outputTokens, promptCache, now().getTime())
  const usage = overriddenUsage(directives) ?? counted
  return {
    model,
    reply,
    text: reply.content.flatMap((block) => ('text' in block ? block.text : [])).join(''),
    reasoning: reply.content
      .flatMap((block) =>
        'reasoningContent' in block && 'reasoningText' in block.reasoningContent
          ? block.reasoningContent.reasoningText.text
          : [],
      )
      .join(''),
    usage,
    latencyMs: 100 + usage.outputTokens,
    choices,
    number: exchange.call.number,
    created: Math.floor(now().getTime() / 1000),
  }
}

/** An id such as `cmpl-sim000000000001`. */
export function idOf({ number }: Spoken, prefix: string): string {
  return `${prefix}sim${String(number).padStart(12, '0')}`
}

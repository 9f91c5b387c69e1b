import type { ChatRequest, ChatThinking, ReasoningEffort } from '@moho/core'
import type { AdaptiveThinking, ReasoningDial } from '../models.ts'
import { factsOfTarget, refusal, type Translation } from './translation.ts'
import type { JsonObject, Message } from './wire.ts'

/** How a model is to reason, and what cannot be asked of it beside that. */
export interface Reasoning {
  /** For `additionalModelRequestFields`. */
  readonly fields?: JsonObject
  /** In tokens: what must be said where the caller names no limit, as the budget is a part of it. */
  readonly maxTokens?: number
  /** 'sampling': it samples as it likes, and cannot be told to use a tool. 'limits': nor can its answer be limited. */
  readonly forbids?: 'sampling' | 'limits'
}

/**
 * What `reasoning_effort` and Anthropic's `thinking` are for this model. `maxTokens`: the caller's limit, as it is sent.
 * `messages`: the conversation as it is sent; Claude does not think on top of an answer, or of a call of a tool, that it began without.
 */
export function reasoningOf(
  chat: ChatRequest,
  messages: readonly Message[],
  maxTokens: number | undefined,
  call: Translation,
): Reasoning {
  const asked = (chat.reasoning_effort ?? chat.thinking ?? undefined) !== undefined
  return asked ? settle(chat, messages, maxTokens, call) : asItLikes
}

const asItLikes: Reasoning = {}

function settle(
  chat: ChatRequest,
  messages: readonly Message[],
  maxTokens: number | undefined,
  call: Translation,
): Reasoning {
  const { reasoning_effort: effort, thinking } = chat
  const { reasoning: dial } = factsOfTarget(call)
  if (thinking !== undefined && thinking !== null) return byThinking(thinking, effort ?? undefined, dial)
  if (effort === undefined || effort === null) return {}
  if (dial === undefined) {
    const { features } = call.target.model
    if (features?.includes('reasoning')) call.dropped('reasoning_effort', 'This model reasons as it likes')
    // None is what the others do anyway.
    else if (effort !== 'none') {
      const why =
        features === undefined
          ? 'Nothing is known of how this model is told how much to reason'
          : 'This model does not reason'
      call.dropped('reasoning_effort', why)
    }
    return {}
  }
  switch (dial.by) {
    case 'budget':
      return byBudget(effort)
    case 'adaptive':
      return byEffort(effort, dial)
    case 'reasoningConfig': {
      if (effort === 'none') return {}
      const level = nearest(effort, dial.efforts)
      return {
        fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: level } },
        // Nova 2 takes neither limits nor sampling with its highest effort.
        ...(level === 'high' && { forbids: 'limits' as const }),
      }
    }
    case 'reasoning_effort':
      return { fields: { reasoning_effort: nearest(effort, dial.efforts) } }
    case 'reasoning.effort':
      return { fields: { reasoning: { effort: nearest(effort, dial.efforts) } } }
  }

  function byBudget(effort: ReasoningEffort): Reasoning {
    if (effort === 'none' || cannotThink('reasoning_effort')) return {}
    const limit = maxTokens ?? call.target.model.limits?.outputTokens
    if (limit === undefined) {
      call.dropped(
        'reasoning_effort',
        'It is a part of max_tokens. Send max_tokens, as the limit of this model is not known',
      )
      return {}
    }
    const level = nearest(effort, budgetEfforts)
    const budget = Math.max(leastBudget, Math.floor((limit * shares[level]) / 100))
    if (budget >= limit) {
      const member = chat.max_tokens ? 'max_tokens' : 'max_completion_tokens'
      call.dropped(
        'reasoning_effort',
        `Reasoning takes at least ${leastBudget} tokens, and ${member} leaves no room for them`,
      )
      return {}
    }
    return {
      fields: { thinking: { type: 'enabled', budget_tokens: budget } },
      forbids: 'sampling',
      ...(maxTokens === undefined && { maxTokens: limit }),
    }
  }

  function byEffort(effort: ReasoningEffort, { efforts, unasked, silent }: AdaptiveThinking): Reasoning {
    if (effort === 'none' && unasked !== 'always')
      return unasked === 'on' ? { fields: { thinking: { type: 'disabled' } } } : {}
    if (prefills(messages)) {
      call.dropped('reasoning_effort', afterPrefill)
      return {}
    }
    return {
      fields: {
        thinking: { type: 'adaptive', ...(silent && { display: 'summarized' }) },
        output_config: { effort: nearest(effort, efforts) },
      },
      forbids: 'sampling',
    }
  }

  function byThinking(
    thinking: ChatThinking,
    effort: ReasoningEffort | undefined,
    dial: ReasoningDial | undefined,
  ): Reasoning {
    // Whether a model that nobody has listed thinks so, and what it then forbids, is Bedrock's to say.
    if (call.target.model.features === undefined) {
      if (effort) call.dropped('reasoning_effort', '`thinking` says it')
      return { fields: { thinking } }
    }
    if (dial?.by !== 'budget' && dial?.by !== 'adaptive') {
      call.dropped('thinking', 'It is for Claude. Say it by reasoning_effort')
      return effort ? reasoningOf({ ...chat, thinking: undefined }, messages, maxTokens, call) : {}
    }
    if (thinking.type === 'disabled') {
      if (effort && effort !== 'none') call.dropped('reasoning_effort', '`thinking` says that it is off')
      if (dial.by === 'adaptive' && dial.unasked === 'always') {
        call.dropped('thinking', 'This model always reasons')
        return {}
      }
      return { fields: { thinking } }
    }
    if (cannotThink('thinking')) return {}
    if (dial.by === 'budget' || (thinking.type === 'enabled' && dial.budget)) {
      if (thinking.type === 'adaptive')
        throw refusal(
          'unsupported',
          'thinking.type',
          'This model wants "enabled" with `budget_tokens`, or reasoning_effort.',
        )
      if (effort) call.dropped('reasoning_effort', '`thinking` says it')
      checkBudget(thinking.budget_tokens)
      return { fields: { thinking }, forbids: 'sampling' }
    }
    if (effort === 'none') call.dropped('reasoning_effort', '`thinking` says that it reasons')
    const level = effort && effort !== 'none' && { output_config: { effort: nearest(effort, dial.efforts) } }
    if (thinking.type === 'adaptive') return { fields: { thinking, ...level }, forbids: 'sampling' }
    call.dropped(
      'thinking.budget_tokens',
      'This model decides itself how long it reasons. Say how much by reasoning_effort',
    )
    const { budget_tokens: _, ...rest } = thinking
    const adaptive = { ...(dial.silent && { display: 'summarized' }), ...rest, type: 'adaptive' }
    return { fields: { thinking: adaptive, ...level }, forbids: 'sampling' }
  }

  function checkBudget(budget: number): void {
    const path = 'thinking.budget_tokens'
    if (budget < leastBudget) throw refusal('invalid_request', path, `must be at least ${leastBudget}.`)
    if (maxTokens !== undefined && budget >= maxTokens)
      throw refusal('invalid_request', path, `must be less than max_tokens, which is ${maxTokens}.`)
    const most = call.target.model.limits?.outputTokens
    if (most !== undefined && budget >= most)
      throw refusal('invalid_request', path, `must be less than ${most}, which is what this model writes.`)
  }

  /** Where Claude does not think whatever it is asked. */
  function cannotThink(member: 'thinking' | 'reasoning_effort'): boolean {
    if (prefills(messages)) {
      call.dropped(member, afterPrefill)
      return true
    }
    // With adaptive thinking it begins wherever it likes.
    if (dial?.by === 'adaptive' && thinking?.type !== 'enabled') return false
    if (!callsUnthought(messages)) return false
    call.dropped(
      member,
      'The calls of tools that are answered now were made without reasoning, and Claude does not begin in the middle. Send back thinking_blocks as they came',
    )
    return true
  }

  /** The highest level that the model has and that is not above what was asked, else its lowest. */
  function nearest<Level extends ReasoningEffort>(effort: ReasoningEffort, levels: readonly Level[]): Level {
    const found = levels.findLast((level) => order.indexOf(level) <= order.indexOf(effort)) ?? levels[0]
    if (found === undefined) throw new Error('A model whose reasoning is set by effort has efforts.')
    if (found !== effort)
      call.dropped('reasoning_effort', `This model has ${levels.join(', ')}, of which ${found} is the nearest`)
    return found
  }
}

const order: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** In percent of `max_tokens`. The least is the model's own least budget. */
const shares = { minimal: 0, low: 30, medium: 60, high: 90 } as const
const budgetEfforts = ['minimal', 'low', 'medium', 'high'] as const
/** In tokens: Claude's own. */
const leastBudget = 1024

const afterPrefill = 'The conversation ends with the beginning of an answer, and reasoning would come before it'

const prefills = (messages: readonly Message[]): boolean => messages.at(-1)?.role === 'assistant'

/** Whether the model called, without reasoning, the tools whose results come now. */
function callsUnthought(messages: readonly Message[]): boolean {
  const last = messages.at(-1)
  const before = messages.at(-2)
  if (before === undefined || !last?.content.some((block) => 'toolResult' in block)) return false
  const first = before.content[0]
  return first !== undefined && !('reasoningContent' in first)
}

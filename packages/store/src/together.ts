import { MohoError } from '@moho/core'
import type { StoreParts } from './open-store.ts'

/**
 * Runs what is to be kept as one, with parts whose verbs are followed. It rejects, so that nothing is kept, where a verb failed (also where
 * that was caught), where one was not awaited, and after ten seconds. When it is over, no verb is under way, and none begins.
 */
export async function runTogether<Result>(
  parts: StoreParts,
  run: (parts: StoreParts) => Promise<Result>,
): Promise<Result> {
  const underWay = new Set<Promise<unknown>>()
  let failure: { readonly error: unknown } | undefined
  let isOver = false

  function follow(verb: () => Promise<unknown>): Promise<unknown> {
    const doing = isOver ? Promise.reject(over()) : verb()
    underWay.add(doing)
    // Heard of here, so that one that nobody awaits does not end the process.
    doing.then(
      () => underWay.delete(doing),
      (error: unknown) => {
        underWay.delete(doing)
        failure ??= { error }
      },
    )
    return doing
  }

  const limit = timeLimit()
  try {
    const result = await Promise.race([run(followed(parts, follow)), limit.passed])
    if (failure !== undefined) throw failure.error
    if (underWay.size > 0) throw notAwaited()
    return result
  } finally {
    limit.end()
    isOver = true
    // What they still asked for would else come after the end of the transaction, and be kept by itself.
    await Promise.allSettled(underWay)
  }
}

/** The same parts; each call of a verb goes through `follow`. */
function followed(parts: StoreParts, follow: (verb: () => Promise<unknown>) => Promise<unknown>): StoreParts {
  const each = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(verbs, name) {
        const verb: unknown = Reflect.get(verbs, name)
        if (typeof verb !== 'function') return verb
        return (...given: unknown[]) => follow(() => Reflect.apply(verb, verbs, given))
      },
    })
  return {
    entries: each(parts.entries),
    keys: each(parts.keys),
    handles: each(parts.handles),
    audit: each(parts.audit),
  }
}

function timeLimit(): { readonly passed: Promise<never>; end(): void } {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tookTooLong()), longestMs)
  })
  return { passed, end: () => clearTimeout(timer) }
}

/** Others wait for it: on SQLite all who want anything at all, and no longer than this. */
const longestMs = 10_000

const tookTooLong = (): MohoError =>
  new MohoError(
    'overloaded',
    'What is done together took longer than ten seconds, so that others would wait in vain. Nothing of it was kept. Within it, use the parts ' +
      'that it gives, and wait for nothing else.',
  )

const notAwaited = (): MohoError =>
  new MohoError('internal', 'Something that is done together was not awaited. Nothing of it was kept. Await each verb.')

const over = (): MohoError =>
  new MohoError(
    'internal',
    'What is done together is over, and keeps nothing more. Await each verb, within ten seconds.',
  )

import type { Log, MohoError } from '@moho/core'

/** Whether the database can be reached, by what became of the last query. */
export type StoreState = { readonly state: 'ready' } | { readonly state: 'away'; readonly since: number }

export interface Health {
  state(): StoreState
  worked(): void
  failed(why: MohoError): void
}

export function createHealth(now: () => number, log: Log): Health {
  let state: StoreState = { state: 'ready' }
  return {
    state: () => state,
    worked() {
      if (state.state === 'ready') return
      log.info('the store is back', { awayMs: now() - state.since })
      state = { state: 'ready' }
    },
    failed(why) {
      if (state.state === 'away') return
      state = { state: 'away', since: now() }
      log.warn('the store is away', { why: why.message, cause: String(why.cause ?? '') })
    },
  }
}

import type { Answer } from '../answer.ts'
import type { ReceivedRequest } from '../request.ts'
import type { Exchange, Operation } from '../service.ts'
import { readForm } from './form.ts'

/** An operation of the query protocol: the parameter `Action` names it, the path does not. */
export interface Action {
  readonly name: string
  answer(exchange: Exchange): Answer
}

/** The action as operations of a service: it can be posted, or asked for by GET. */
export function toOperations({ name, answer }: Action): readonly Operation[] {
  const accepts = (request: ReceivedRequest): boolean => {
    const form = readForm(request)
    return form.get('Action') === name && form.get('Version') === VERSION
  }
  return ['POST', 'GET'].map((method) => ({ name, method, path: ROOT, accepts, answer }))
}

/** Where all of them are. */
export const ROOT = /^\/?$/

const VERSION = '2011-06-15'

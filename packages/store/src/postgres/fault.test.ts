import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { postgresFault } from './fault.ts'

const error = (code: string | undefined, message: string) =>
  Object.assign(new Error(message), code && { code, detail: 'p4ss' })

test.each([
  ['a socket’s', error('ECONNREFUSED', ''), 'overloaded', true],
  ['a broken pipe’s', error('EPIPE', 'write EPIPE'), 'overloaded', true],
  ['a pool’s of which all are taken', error(undefined, 'timeout exceeded when trying to connect'), 'overloaded', false],
  ['a lock’s that was waited for', error('55P03', 'canceling statement due to lock timeout'), 'overloaded', false],
  ['the client’s own', error(undefined, 'Query read timeout'), 'overloaded', true],
  ['a server’s that shuts down', error('57P01', 'terminating connection'), 'overloaded', true],
  ['a server’s with too many connections', error('53300', 'too many clients'), 'overloaded', true],
  ['a wrong password’s', error('28P01', 'password authentication failed'), 'overloaded', true],
  ['a cancelled query’s', error('57014', 'canceling statement'), 'overloaded', false],
  ['a deadlock’s', error('40P01', 'deadlock detected'), 'overloaded', false],
  ['a full disk’s', error('53100', 'could not extend file'), 'overloaded', false],
  ['a missing right’s', error('42501', 'permission denied'), 'internal', false],
  ['a refused value’s', error('22P02', 'invalid input syntax for type integer: "p4ss"'), 'internal', false],
  ['any other', error('42P01', 'relation does not exist'), 'internal', false],
])('%s error has a code, and tells no values', (_, from, code, isAway) => {
  const told = postgresFault(from, 'select $1')
  expect(told).toMatchObject({ fault: { code }, isAway })
  expect(inspect(told.fault)).not.toContain('p4ss')
  expect(inspect(told.fault)).toContain('select $1')
})

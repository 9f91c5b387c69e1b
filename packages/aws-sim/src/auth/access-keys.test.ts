import { expect, it } from 'vitest'
import { AccessKeys, MOST_ISSUED } from './access-keys.ts'
import { DEMO_ACCESS_KEY } from './credentials.ts'

it('holds so many issued keys, and those it was made with for good', () => {
  const keys = new AccessKeys([DEMO_ACCESS_KEY])
  for (let number = 0; number <= MOST_ISSUED; number++) {
    keys.issue({
      accessKeyId: `ASIA${number}`,
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date(0),
      role: 'arn:aws:iam::123456789012:role/moho',
      session: 'moho',
    })
  }
  const isKnown = ['ASIA0', 'ASIA1', `ASIA${MOST_ISSUED}`, DEMO_ACCESS_KEY.accessKeyId].map((id) => !!keys.get(id))
  expect(isKnown).toEqual([false, true, true, true])
})

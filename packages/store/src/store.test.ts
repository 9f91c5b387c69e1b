import { beforeEach, describe, expect, test } from 'vitest'
import { isKeyText } from './key-text.ts'
import type { Store } from './open-store.ts'
import { engines, type TestDatabase } from './testing/engines.ts'

describe.each(engines)('on $name', ({ fresh }) => {
  let database: TestDatabase
  let store: Store
  let time = 1_000_000
  const later = (ms: number) => {
    time += ms
  }

  beforeEach(async () => {
    database = await fresh()
    store = await database.open({ now: () => time })
  })

  describe('keys', () => {
    test('are found by their secret and by nothing else', async () => {
      const { key, record } = await store.keys.create({ name: 'ci', models: ['a/*'], team: 'research', user: 'ana' })
      expect(isKeyText(key)).toBe(true)
      expect(record).toMatchObject({ name: 'ci', models: ['a/*'], team: 'research', user: 'ana', createdAt: time })
      expect(await store.keys.find(key)).toEqual(record)
      const other = await store.keys.create({ name: 'other' })
      expect(await store.keys.find(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)).toBeUndefined()
      expect(await store.keys.find(other.record.id)).toBeUndefined()
      expect(await store.keys.find("' or 1=1 --\0")).toBeUndefined()
    })

    test('are listed with how their secrets begin and end', async () => {
      const { key, record } = await store.keys.create({ name: 'ci' })
      const [listed] = await store.keys.list()
      const shown = { prefix: key.slice(0, 9), lastFour: key.slice(-4), createdAt: time, goodUntil: undefined }
      expect(listed).toEqual({ ...record, revokedAt: undefined, secrets: [shown] })
      expect(JSON.stringify(await store.keys.all())).not.toContain(key.slice(9, -6))
    })

    test('end when they expire', async () => {
      const { key } = await store.keys.create({ name: 'ci', expiresAt: time + 1000 })
      expect(await store.keys.all()).toMatchObject([{ goodUntil: time + 1000 }])
      later(999)
      expect(await store.keys.find(key)).toBeDefined()
      later(1)
      expect(await store.keys.find(key)).toBeUndefined()
      expect(await store.keys.all()).toEqual([])
    })

    test('end when they are revoked, every secret of theirs, and give their name free', async () => {
      const { key, record } = await store.keys.create({ name: 'ci' })
      const rotated = await store.keys.rotate(record.id, { graceMs: 5000 })
      await expect(store.keys.create({ name: 'ci' })).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.keys.revoke(record.id)).toBe(true)
      expect(await store.keys.find(key)).toBeUndefined()
      expect(await store.keys.find(rotated.key)).toBeUndefined()
      expect(await store.keys.revoke(record.id)).toBe(false)
      await expect(store.keys.rotate(record.id)).rejects.toMatchObject({ code: 'not_found' })
      await store.keys.create({ name: 'ci' })
    })

    test('have two secrets for the grace of a rotation, and not longer by a second one', async () => {
      const { key, record } = await store.keys.create({ name: 'ci' })
      const second = await store.keys.rotate(record.id, { graceMs: 1000 })
      expect(second.record).toEqual(record)
      const third = await store.keys.rotate(record.id, { graceMs: 60_000 })
      later(999)
      expect(await store.keys.find(key)).toEqual(record)
      later(1)
      expect(await store.keys.find(key)).toBeUndefined()
      expect(await store.keys.find(second.key)).toEqual(record)
      later(59_000)
      expect(await store.keys.find(second.key)).toBeUndefined()
      expect(await store.keys.find(third.key)).toEqual(record)
    })
  })

  describe('entries', () => {
    const auth = {
      settings: { type: 'access-key', accessKeyId: 'AKIAEXAMPLEEXAMPLE01', secretAccessKey: 'short' },
      plain: ['type'],
    }
    const bedrock = {
      id: 'bedrock',
      type: 'aws-bedrock',
      displayName: 'Bedrock',
      config: { region: 'us-east-1' },
      auth,
    }

    test('come back as they went in, their auth only when it is opened', async () => {
      const made = await store.entries.create({ ...bedrock, models: [{ id: 'm' }], access: { users: ['*'] } })
      expect(made).toEqual({
        id: 'bedrock',
        type: 'aws-bedrock',
        displayName: 'Bedrock',
        enabled: true,
        firstParty: false,
        config: { region: 'us-east-1' },
        models: [{ id: 'm' }],
        access: { users: ['*'] },
        version: 1,
        createdAt: time,
        updatedAt: time,
      })
      expect(await store.entries.all()).toEqual([made])
      expect(await store.entries.openAuth('bedrock')).toEqual(auth.settings)
    })

    test('show the ends of long secrets, and the age of each', async () => {
      await store.entries.create(bedrock)
      const first = time
      later(5000)
      await store.entries.rotateAuth('bedrock', {
        settings: { ...auth.settings, secretAccessKey: 'a-much-longer-secret', 'a.type': 1 },
        plain: ['type', 'a.type'],
      })
      const [listed] = await store.entries.list()
      expect(listed?.auth).toEqual({
        type: { value: 'access-key' },
        accessKeyId: { lastFour: 'LE01', since: first },
        secretAccessKey: { lastFour: 'cret', since: time },
        'a..type': { lastFour: undefined, since: time },
      })
    })

    test('are refused twice under one id', async () => {
      await store.entries.create(bedrock)
      await expect(store.entries.create({ ...bedrock, displayName: 'Other' })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('bedrock'),
      })
      expect(await store.entries.all()).toMatchObject([{ displayName: 'Bedrock' }])
    })

    test('are changed by one of two who read the same version', async () => {
      const { version } = await store.entries.create(bedrock)
      const changes = ['one', 'two'].map((displayName) => store.entries.update('bedrock', version, { displayName }))
      const outcomes = await Promise.allSettled(changes)
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
    })

    test('are switched by everybody at once', async () => {
      await store.entries.create(bedrock)
      await Promise.all(Array.from({ length: 20 }, (_, turn) => store.entries.setEnabled('bedrock', turn % 2 === 0)))
      expect(await store.entries.all()).toMatchObject([{ version: 21 }])
    })

    test('lose what is changed to nothing, and keep what is not named', async () => {
      await store.entries.create({ ...bedrock, models: [{ id: 'm' }], access: { users: ['*'] } })
      const changed = await store.entries.update('bedrock', 1, { models: undefined, firstParty: true })
      expect(changed).toMatchObject({ firstParty: true, access: { users: ['*'] }, config: bedrock.config, version: 2 })
      expect(changed.models).toBeUndefined()
      expect(await store.entries.openAuth('bedrock')).toEqual(auth.settings)
    })

    test('are gone when they are removed', async () => {
      await store.entries.create(bedrock)
      expect(await store.entries.remove('bedrock')).toBe(true)
      expect(await store.entries.remove('bedrock')).toBe(false)
      await expect(store.entries.openAuth('bedrock')).rejects.toMatchObject({ code: 'not_found' })
      await expect(store.entries.setEnabled('bedrock', true)).rejects.toMatchObject({ code: 'not_found' })
    })
  })

  describe('handles', () => {
    const job = 'arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc'
    const file = 's3://bucket/a folder/100%25 of it.jsonl'
    const ana = { key: 'k1', user: 'ana', team: 'research' }
    const pin = { entry: 'bedrock', region: 'us-east-1' }
    const put = (more: object = {}) =>
      store.handles.put({ kind: 'batch', upstreamId: job, owner: ana, pin, data: { bucket: 'b' }, ...more })

    test.each([
      ['raw', (id: string) => id],
      ['encoded', encodeURIComponent],
      ['encoded in part', encodeURI],
      ['encoded twice', (id: string) => encodeURIComponent(encodeURIComponent(id))],
    ])('are found by their id %s', async (_, spell) => {
      await put({ permits: { budget: 't' } })
      await put({ kind: 'file', upstreamId: file })
      expect(await store.handles.find('batch', spell(job), ana)).toEqual({
        kind: 'batch',
        id: job,
        upstreamId: job,
        pin,
        owner: ana,
        data: { bucket: 'b' },
        permits: { budget: 't' },
        createdAt: time,
        expiresAt: undefined,
      })
      expect(await store.handles.find('file', spell(file), ana)).toMatchObject({ id: file })
    })

    test.each([
      ['with a wrong escape', '%zz%'],
      ['with a NUL', 'a\0b'],
      ['with an encoded NUL', 'a%00b'],
      ['with half a character', '\ud800'],
      ['of a megabyte', 'a'.repeat(1 << 20)],
      ['that is empty', ''],
    ])('are not found by an id %s', async (_, id) => {
      expect(await store.handles.find('batch', id, ana)).toBeUndefined()
    })

    test('belong to the user, else to the team, else to the key', async () => {
      const table = [
        {
          owner: ana,
          found: [{ key: 'k2', user: 'ana' }],
          not: [{ key: 'k1', user: 'bob', team: 'research' }, { key: 'k1' }],
        },
        {
          owner: { key: 'k1', team: 't' },
          found: [{ key: 'k2', team: 't' }],
          not: [{ key: 'k1' }, { key: 'k1', user: 't' }],
        },
        { owner: { key: 'k1' }, found: [{ key: 'k1' }], not: [{ key: 'k2' }, { key: 'x', user: 'k1' }] },
      ]
      for (const [number, { owner, found, not }] of table.entries()) {
        await put({ owner, upstreamId: `job-${number}` })
        for (const who of found)
          expect(await store.handles.find('batch', `job-${number}`, who)).toMatchObject({ owner })
        for (const who of not) expect(await store.handles.find('batch', `job-${number}`, who)).toBeUndefined()
      }
    })

    test('are the same again for the same upstream id, however many put it at once', async () => {
      const all = await Promise.all(Array.from({ length: 10 }, (_, turn) => put({ data: { turn } })))
      expect(new Set(all.map((handle) => JSON.stringify(handle))).size).toBe(1)
      await expect(put({ upstreamId: 'another', id: job })).rejects.toMatchObject({ code: 'conflict' })
    })

    test('end when they expire, and then may be put anew', async () => {
      await put({ expiresAt: time + 1000 })
      await put({ upstreamId: 'stays' })
      later(1000)
      expect(await store.handles.find('batch', job, ana)).toBeUndefined()
      expect(await put({ data: 'new' })).toMatchObject({ data: 'new', createdAt: time })
      await put({ upstreamId: 'goes', expiresAt: time + 1, permits: { budget: 't' } })
      later(1)
      expect(await store.handles.sweep()).toMatchObject([{ id: 'goes', permits: { budget: 't' } }])
      expect(await store.handles.sweep()).toEqual([])
      expect(await store.handles.find('batch', 'stays', ana)).toBeDefined()
    })

    test('are listed page by page, and gone when they are removed', async () => {
      for (const id of ['a', 'b', 'c', 'd']) {
        await put({ upstreamId: id })
        // Two of each time.
        if (id === 'b') later(1)
      }
      await put({ upstreamId: 'bob’s', owner: { key: 'k', user: 'bob' } })
      const ids = async (page?: object) => (await store.handles.list('batch', ana, page)).map(({ id }) => id)
      expect(await ids()).toEqual(['d', 'c', 'b', 'a'])
      expect(await ids({ limit: 3 })).toEqual(['d', 'c', 'b'])
      expect(await ids({ after: 'c', limit: 2 })).toEqual(['b', 'a'])
      await expect(ids({ after: 'bob’s' })).rejects.toMatchObject({ code: 'not_found', param: 'after' })
      expect(await store.handles.remove('batch', 'bob’s', ana)).toBe(false)
      expect(await store.handles.remove('batch', 'b', ana)).toBe(true)
      expect(await ids()).toEqual(['d', 'c', 'a'])
    })
  })

  test('the audit trail is read page by page, the newest first', async () => {
    for (let turn = 0; turn < 5; turn++)
      await store.audit.append({ who: 'user:ana', what: 'entry.update', which: `entry:${turn % 2}`, after: { turn } })
    const first = await store.audit.list({ limit: 3 })
    expect(first.events.map(({ after }) => after?.turn)).toEqual([4, 3, 2])
    const second = await store.audit.list({ limit: 3, next: first.next })
    expect(second).toMatchObject({ events: [{ after: { turn: 1 } }, { after: { turn: 0 } }], next: undefined })
    const ofOne = await store.audit.list({ which: 'entry:1' })
    expect(ofOne.events.map(({ after }) => after?.turn)).toEqual([3, 1])
  })

  test('what is done together is done whole or not at all, and heard of when it is done', async () => {
    const heard: string[] = []
    store.changes((kind) => heard.push(kind))
    const failed = store.together(async ({ keys, audit }) => {
      await keys.create({ name: 'ci' })
      await audit.append({ who: 'user:ana', what: 'key.create', which: 'key:ci' })
      throw new Error('It was cut off.')
    })
    await expect(failed).rejects.toThrow('It was cut off.')
    expect(await store.keys.list()).toEqual([])
    expect((await store.audit.list()).events).toEqual([])
    expect(heard).toEqual([])

    await store.together(async ({ keys, audit }) => {
      await keys.create({ name: 'ci' })
      await audit.append({ who: 'user:ana', what: 'key.create', which: 'key:ci' })
      expect(heard).toEqual([])
    })
    expect(await store.keys.list()).toMatchObject([{ name: 'ci' }])
    expect(heard).toEqual(['keys'])
  })

  test.each([
    ['a name with a NUL', () => store.keys.create({ name: 'a\0b' }), '`name`'],
    ['half a character', () => store.keys.create({ name: 'a\ud800' }), '`name`'],
    [
      'data that is no JSON',
      () => store.handles.put({ kind: 'file', upstreamId: 'f', owner: { key: 'k' }, pin: { entry: 'e' }, data: 1n }),
      'data',
    ],
    ['a wrong time', () => store.keys.create({ name: 'a', expiresAt: Number.NaN }), '`expiresAt`'],
    [
      'an id in capitals',
      () => store.entries.create({ id: 'Bedrock', type: 't', displayName: 'd', config: {}, auth: { settings: {} } }),
      '`id`',
    ],
    [
      'an id that is too long to index',
      () => store.handles.put({ kind: 'file', upstreamId: 'é'.repeat(601), owner: { key: 'k' }, pin: { entry: 'e' } }),
      '`upstreamId`',
    ],
  ])('%s is refused by name', async (_, make, named) => {
    await expect(make()).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining(named) })
  })
})

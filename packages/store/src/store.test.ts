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
      const { key, record } = await store.keys.create({ name: 'ci', expiresAt: time + 1000 })
      expect(await store.keys.all()).toMatchObject([{ goodUntil: time + 1000 }])
      later(999)
      expect(await store.keys.find(key)).toBeDefined()
      later(1)
      expect(await store.keys.find(key)).toBeUndefined()
      expect(await store.keys.all()).toEqual([])
      await expect(store.keys.rotate(record.id)).rejects.toMatchObject({ code: 'not_found' })
    })

    test('end when they are revoked, every secret of theirs, and give their name free', async () => {
      const { key, record } = await store.keys.create({ name: 'ci' })
      const rotated = await store.keys.rotate(record.id, { graceMs: 5000 })
      await expect(store.keys.create({ name: 'ci' })).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.keys.revoke(record.id)).toBe(true)
      expect(await store.keys.find(key)).toBeUndefined()
      expect(await store.keys.find(rotated.key)).toBeUndefined()
      expect(await store.keys.revoke(record.id)).toBe(false)
      expect(await store.keys.revoke('\0')).toBe(false)
      await expect(store.keys.rotate('\0')).rejects.toMatchObject({ code: 'not_found' })
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
      plain: ['/type'],
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
        settings: { ...auth.settings, secretAccessKey: 'a-much-longer-secret', source: { type: 1 } },
        plain: ['/type'],
      })
      const [listed] = await store.entries.list()
      expect(listed?.auth).toEqual({
        '/type': { value: 'access-key' },
        '/accessKeyId': { lastFour: 'LE01', since: first },
        '/secretAccessKey': { lastFour: 'cret', since: time },
        '/source/type': { lastFour: undefined, since: time },
      })
    })

    test.each([
      ['a slash', { 'source/roleArn': 's' }],
      ['an empty name', { '': { source: { roleArn: 's' } } }],
      ['an empty name within', { source: { '': { roleArn: 's' } } }],
      ['a dot', { 'source.roleArn': 's' }],
      ['what a slash is written as', { 'source~1roleArn': 's' }],
      ['a member of all objects', JSON.parse('{"__proto__":{"source":{"roleArn":"s"}}}')],
    ])('show no secret that a name with %s would make look plain, and lose none', async (_, settings) => {
      await store.entries.create({ ...bedrock, config: settings, auth: { settings, plain: ['/source/roleArn'] } })
      const [listed] = await store.entries.list()
      const shown = Object.entries(listed?.auth ?? {})
      expect(shown).toEqual([[expect.not.stringMatching('^/source/roleArn$'), { lastFour: undefined, since: time }]])
      expect(JSON.stringify(await store.entries.openAuth('bedrock'))).toBe(JSON.stringify(settings))
      expect(JSON.stringify(listed?.config)).toBe(JSON.stringify(settings))
    })

    test('are refused with words where they are nested without end', async () => {
      let deep: object = {}
      for (let level = 0; level < 50_000; level++) deep = { deep }
      const round: { self?: object[] } = {}
      round.self = [round, round]
      for (const settings of [deep, round])
        for (const made of [{ auth: { settings } }, { config: { ...settings } }])
          await expect(store.entries.create({ ...bedrock, ...made } as never)).rejects.toMatchObject({
            code: 'invalid_request',
            message: expect.stringContaining('100 levels'),
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

    test('lose what is changed to null, and keep what is undefined or not named', async () => {
      await store.entries.create({ ...bedrock, models: [{ id: 'm' }], access: { users: ['*'] } })
      const changed = await store.entries.update('bedrock', 1, { models: null, access: undefined, firstParty: true })
      expect(changed).toMatchObject({ firstParty: true, access: { users: ['*'] }, config: bedrock.config, version: 2 })
      expect(changed.models).toBeUndefined()
      expect(await store.entries.openAuth('bedrock')).toEqual(auth.settings)
    })

    test('are gone when they are removed', async () => {
      await store.entries.create(bedrock)
      expect(await store.entries.remove('bed\0rock')).toBe(false)
      await expect(store.entries.openAuth('bed\0rock')).rejects.toMatchObject({ code: 'not_found' })
      await expect(store.entries.update('bed\0rock', 1, {})).rejects.toMatchObject({ code: 'not_found' })
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

    test('end when they expire, and then may be put anew without the loss of a permit', async () => {
      await put({ expiresAt: time + 1000, permits: { budget: 'old' } })
      await put({ upstreamId: 'stays' })
      later(1000)
      expect(await store.handles.find('batch', job, ana)).toBeUndefined()
      expect(await put({ data: 'new' })).toMatchObject({ data: 'new', createdAt: time })
      await put({ upstreamId: 'goes', expiresAt: time + 1, permits: { budget: 't' } })
      later(1)
      const swept = await store.handles.sweep()
      expect(swept.toSorted((one, other) => one.createdAt - other.createdAt)).toMatchObject([
        { id: job, upstreamId: job, owner: ana, permits: { budget: 'old' } },
        { id: 'goes', permits: { budget: 't' }, data: { bucket: 'b' } },
      ])
      expect(await store.handles.find('batch', job, ana)).toMatchObject({ data: 'new' })
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
      await expect(ids({ limit: Number.NaN })).rejects.toMatchObject({ code: 'invalid_request' })
      await expect(ids({ limit: 1.5 })).rejects.toMatchObject({ code: 'invalid_request' })
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
    expect(await store.audit.list({ which: 'entry:1\0' })).toEqual({ events: [], next: undefined })
    expect(await store.audit.list({ next: '\0' })).toEqual({ events: [], next: undefined })
    await expect(store.audit.list({ limit: Number.NaN })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test.each([
    ['a name with a NUL', () => store.keys.create({ name: 'a\0b' }), '`name`'],
    ['a name with a line’s end', () => store.keys.create({ name: 'a\nb' }), '`name`'],
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

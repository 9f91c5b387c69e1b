import { describe, expect, it } from 'vitest'
import { forward } from '../contract/reply.ts'
import { dialects } from '../dialects/index.ts'
import { ReplayClient } from '../testing/replay-client.ts'
import { renderForwarded } from './render.ts'

const render = async (answer: object, padding: number) => {
  const body = JSON.stringify({ ...answer, padding: 'x'.repeat(padding) })
  const response = await new ReplayClient([{ body }]).send({ method: 'POST', url: 'https://up.example', headers: {} })
  const forwarded = await renderForwarded(forward(response), dialects.chat.forwarded, 'entry/asked')
  return { ...forwarded, body: JSON.parse(Buffer.from(forwarded.body).toString()) }
}

const choices = [{ index: 0, message: { role: 'assistant', content: 'Grüße' }, finish_reason: 'stop' }]

describe.each([
  ['small', 0],
  ['large', 20_000],
])('a %s answer that is forwarded', (_, padding) => {
  it.each([
    ['', { model: 'up', choices }],
    ['with a nested model', { extra: { model: 'up' }, model: 'up', choices }],
    ['with a model that is no text', { model: null, choices }],
    ['without a model', { choices }],
  ])('gets the name that was asked for, at its place %s', async (_, answer) => {
    const { body } = await render(answer, padding)
    const { padding: __, ...rest } = body
    expect(rest).toEqual('model' in answer ? { ...answer, model: 'entry/asked' } : answer)
  })

  it('is measured', async () => {
    const { reading } = await render({ choices, usage: { prompt_tokens: 3, completion_tokens: 2 } }, padding)
    expect(reading).toMatchObject({ state: 'measured', usage: { input: 3, output: 2 } })
  })

  it.each([
    ['no choices', { model: 'up' }],
    ['choices that are empty, and a reason elsewhere', { choices: [], x: { finish_reason: 'stop' } }],
    ['choices that are null', { choices: null, x: { finish_reason: 'stop' } }],
    ['a choice without a reason', { choices: [{ ...choices[0], finish_reason: null }] }],
    ['an error that says nothing', { choices, error: '' }],
    ['an error', { choices, error: { message: 'Broken.' } }],
  ])('is none with %s', async (_, answer) => {
    await expect(render(answer, padding)).rejects.toMatchObject({ code: 'upstream_failed' })
  })
})

import { beforeEach, expect, test, vi } from 'vitest'

const ipc = vi.hoisted(() => ({ decide: vi.fn(), keep: vi.fn(async () => undefined), kept: vi.fn() }))
vi.mock('$lib/ipc/desk', () => ipc)

import { composer, type About } from '$lib/state/composer.svelte'
import { drafts } from '$lib/state/drafts.svelte'
import { toasts } from '$lib/state/toasts.svelte'

const about = (id: string): About => ({ kind: 'clash', id, name: id })

beforeEach(() => {
  ipc.decide.mockReset().mockResolvedValue({ id: 'd1' })
  for (const id of ['x1', 'x2']) drafts.forget(`reason/clash/${id}`)
  toasts.list = []
  composer.close()
  composer.open(about('x1'), 'accept')
  composer.type('text', 'We know')
})

test('what was signed is no draft any more', async () => {
  await composer.sign()
  expect(drafts.text('reason/clash/x1')).toBe('')
})

test('what is typed while a decision is on its way is kept', async () => {
  ipc.decide.mockImplementationOnce(async () => composer.type('text', 'We know, and say so'))
  await composer.sign()
  composer.open(about('x1'), 'accept')
  expect(composer.values.text).toBe('We know, and say so')
})

test('a refusal is said where it belongs, also when another item is open by then', async () => {
  ipc.decide.mockImplementationOnce(() => {
    composer.open(about('x2'), 'accept')
    return Promise.reject({ code: 'input_long', message: 'too long', field: 'text', value: '32' })
  })
  await composer.sign()
  expect(composer.refusal).toBeNull()
  expect(toasts.list).toHaveLength(1)
  expect(drafts.text('reason/clash/x1')).toContain('We know')
})

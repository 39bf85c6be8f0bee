import { expect, test, vi } from 'vitest'

const ipc = vi.hoisted(() => ({ quick: vi.fn(), add: vi.fn(), keep: vi.fn(async () => undefined), kept: vi.fn() }))
vi.mock('$lib/ipc/desk', () => ipc)

import { Quick } from '$lib/state/quick.svelte'

test('what is typed while a card is being added is the next one', async () => {
  ipc.quick.mockImplementation((_: string, line: string) => Promise.resolve({ chips: [], title: line, fields: [{ field: 'name', value: line }] }))
  const quick = new Quick('campaign')
  quick.type('Advent')
  ipc.add.mockImplementationOnce(async () => {
    quick.type('Winter sale')
    return { kind: 'campaign', id: 'c9' }
  })
  expect((await quick.add())?.name).toBe('Advent')
  expect(quick.line).toBe('Winter sale')
  ipc.add.mockResolvedValueOnce({ kind: 'campaign', id: 'c10' })
  await quick.add()
  expect(quick.line).toBe('')
})

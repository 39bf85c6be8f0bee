import { beforeEach, expect, test, vi } from 'vitest'

import type { SuggestedDto } from '$lib/ipc/types'

const ipc = vi.hoisted(() => ({ lens: vi.fn() }))
vi.mock('$lib/ipc/desk', () => ipc)

import { lens } from '$lib/state/lens.svelte'

const group = (fingerprint: string, ...reports: string[]): SuggestedDto => ({ group: { fingerprint, reports, samples: reports } }) as unknown as SuggestedDto
const shown = (): string[] => lens.groups.map((one) => one.group.fingerprint)

beforeEach(async () => {
  ipc.lens.mockResolvedValue({ groups: [group('late', 'a', 'b', 'c', 'd'), group('torn', 'e', 'f')], looked_at: 6, refused: 0, took_ms: 1, waiting: null })
  await lens.look()
})

test('what was taken apart stays so when the board is looked at again', async () => {
  expect(shown()).toEqual(['late', 'torn'])
  lens.replace('late', [group('north', 'a', 'b'), group('south', 'c', 'd')])
  lens.replace('south', [group('south-1', 'c'), group('south-2', 'd')])
  expect(shown()).toEqual(['north', 'south-1', 'south-2', 'torn'])
  await lens.look()
  expect(shown()).toEqual(['north', 'south-1', 'south-2', 'torn'])

  // A part that is decided does not come back with the next look.
  lens.decided('south-1')
  await lens.look()
  expect(shown()).toEqual(['north', 'south-2', 'torn'])
})

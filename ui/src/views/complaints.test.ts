import { flushSync, mount, unmount } from 'svelte'
import { beforeEach, expect, test, vi } from 'vitest'

import type { LensDto, SuggestedDto } from '$lib/ipc/types'

const ipc = vi.hoisted(() => ({ looseReports: vi.fn(), lens: vi.fn(), nearest: vi.fn(), kept: vi.fn(), keep: vi.fn() }))
vi.mock('$lib/ipc/desk', () => ipc)

import { desk } from '$lib/state/desk.svelte'
import { lens } from '$lib/state/lens.svelte'
import { screen } from '$lib/state/screen.svelte'

import ComplaintsView from './ComplaintsView.svelte'

const NEAREST = { looks_new: 1, is_new: true, matches: [] }
const GROUP: SuggestedDto = {
  group: { title: 'Parcels wait', reports: ['t1', 't2'], count: 2, customers: 2, terms: ['depot'], weeks: [0, 0, 0, 0, 0, 0, 0, 2], samples: ['t1'], fingerprint: 'f1' },
  samples: [],
  newest_ms: null,
  about: [],
  nearest: NEAREST,
  meets: {
    campaigns: [{ campaign: 'c1', name: 'Free shipping EU', score: 52, strength: 'warn', because: [{ kind: 'same', dimension: 'product', values: ['Boots'] }, { kind: 'starts_in', minutes: 3120 }] }],
    more: 2,
    checked: true,
  },
}
const WAITS: LensDto = { groups: [], looked_at: 0, refused: 0, took_ms: 0, waiting: 50_000 }
const LOOKED: LensDto = { groups: [GROUP], looked_at: 50_000, refused: 0, took_ms: 12_000, waiting: null }

const settled = async (): Promise<void> => {
  flushSync()
  await new Promise((done) => setTimeout(done, 30))
  flushSync()
}
const at = (testid: string): HTMLElement | null => document.querySelector(`[data-testid="${testid}"]`)

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn()
  vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} })
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: vi.fn(), removeEventListener: vi.fn() }))
  ipc.looseReports.mockResolvedValue({ reports: [], total: 50_000 })
  ipc.nearest.mockResolvedValue(NEAREST)
})

test('among very many tickets the page asks before it looks, and what was seen stays when the board changes', async () => {
  ipc.lens.mockImplementation((asked: boolean) => Promise.resolve(asked ? LOOKED : WAITS))
  const page = mount(ComplaintsView, { target: document.body })
  await settled()
  expect(ipc.lens.mock.calls).toEqual([[false]])
  expect(at('groups-wait')?.textContent).toMatch(/Looking for groups among 50.000 tickets takes a while, so it waits for you\./)
  expect(document.activeElement).toBe(at('groups-ask'))

  at('groups-ask')?.click()
  await settled()
  expect(ipc.lens.mock.lastCall).toEqual([true])
  expect(at('groups-wait')).toBeNull()
  expect([at('group-row')?.dataset.name, lens.isStale]).toEqual(['Parcels wait', false])
  expect(document.activeElement?.closest('[data-testid="group-row"]')).not.toBeNull()

  // The page is opened again after a change: nothing is looked at, and the groups are those of before.
  desk.changes += 1
  await settled()
  await unmount(page)
  const again = mount(ComplaintsView, { target: document.body })
  await settled()
  expect(ipc.lens.mock.calls.filter(([asked]) => asked)).toHaveLength(1)
  expect([at('group-row')?.dataset.name, at('groups-wait'), lens.isStale]).toEqual(['Parcels wait', null, true])
  at('groups-look')?.click()
  await settled()
  expect(ipc.lens.mock.lastCall).toEqual([true])
  await unmount(again)
})

test('a group shows what a complaint of it would meet, and that it would meet nothing', async () => {
  const meets = (change: Partial<SuggestedDto['meets']>): LensDto => ({ ...LOOKED, groups: [{ ...GROUP, meets: { ...GROUP.meets, ...change } }] })
  const show = async (lens: LensDto): Promise<string> => {
    ipc.lens.mockResolvedValue(lens)
    const page = mount(ComplaintsView, { target: document.body })
    await settled()
    const words = at('group-meets')?.textContent.replaceAll(/\s+/g, ' ') ?? ''
    at('group-meet')?.click()
    await unmount(page)
    return words
  }
  expect(await show(LOOKED)).toMatch(/As a complaint it would meet.*Free shipping EU.*Same product: Boots\. Starts in 2 d 4 h.*52.*And 2 more\./)
  expect(screen.panel).toMatchObject({ kind: 'campaign', id: 'c1' })
  expect(await show(meets({ campaigns: [], more: 0 }))).toContain('Nothing planned.')
  expect(await show(meets({ campaigns: [], more: 0, checked: false }))).toContain('A complaint without a product is not checked for clashes.')
})

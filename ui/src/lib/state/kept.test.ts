import { afterEach, beforeEach, expect, test, vi } from 'vitest'

/** Every start imports all messages anew. */
vi.setConfig({ testTimeout: 30_000 })

const disk = new Map<string, string>()
const keep = vi.fn(async (name: string, text: string) => void disk.set(name, text))
const kept = vi.fn(async (name: string) => disk.get(name) ?? null)
vi.mock('$lib/ipc/desk', () => ({ kept: (name: string) => kept(name), keep: (name: string, text: string) => keep(name, text) }))

/** The window as it is after a start: nothing but the disk is left of the one before. */
async function start() {
  vi.resetModules()
  const { drafts } = await import('./drafts.svelte')
  const { places } = await import('./places.svelte')
  const { screen } = await import('./screen.svelte')
  const { toasts } = await import('./toasts.svelte')
  const { flushKept } = await import('$lib/kept')
  await drafts.load()
  await places.load()
  return { drafts, places, screen, toasts, flushKept }
}

beforeEach(() => {
  vi.useFakeTimers()
  disk.clear()
  keep.mockClear()
})
afterEach(() => vi.useRealTimers())

test('what was typed is on the disk within 300 ms, even while the typing goes on', async () => {
  const { drafts } = await start()
  for (const word of ['B', 'Bo', 'Boo']) {
    drafts.put('reason/clash/x1', word)
    await vi.advanceTimersByTimeAsync(120)
  }
  expect(disk.get('drafts')).toContain('Bo')
  await vi.advanceTimersByTimeAsync(300)
  expect(JSON.parse(disk.get('drafts') ?? '')).toEqual({ texts: { 'reason/clash/x1': 'Boo' }, cards: {} })
  expect(keep).toHaveBeenCalledTimes(2)
})

test('what was sent is gone from the disk at once, so that nobody sends it twice', async () => {
  const { drafts } = await start()
  drafts.put('quick/campaign', 'Advent 1–24 Dec #boots')
  drafts.open('complaint', null).type('title', 'Boots lost')
  await vi.advanceTimersByTimeAsync(300)
  drafts.forget('quick/campaign')
  drafts.drop(drafts.open('complaint', null))
  await vi.advanceTimersByTimeAsync(0)
  expect(JSON.parse(disk.get('drafts') ?? '')).toEqual({ texts: {}, cards: {} })
})

test('a killed window opens with its drafts, texts and forms alike', async () => {
  const before = await start()
  before.drafts.put('quick/campaign', 'Advent 1–24 Dec #boots')
  before.drafts.open('complaint', 'k1').type('title', 'Parcels late, 🥾 and all')
  before.drafts.open('campaign', null)
  await vi.advanceTimersByTimeAsync(300)

  const after = await start()
  expect(after.drafts.keys).toEqual(['form/complaint/k1', 'quick/campaign'])
  expect(after.drafts.text('quick/campaign')).toBe('Advent 1–24 Dec #boots')
  expect(after.drafts.open('complaint', 'k1').value('title')).toBe('Parcels late, 🥾 and all')
  expect(after.drafts.open('complaint', 'k1').edits()[0]?.fields).toEqual([{ field: 'title', value: 'Parcels late, 🥾 and all' }])
})

test('what was saved or discarded does not come back', async () => {
  const before = await start()
  before.drafts.put('quick/campaign', 'x')
  const form = before.drafts.open('campaign', null)
  form.type('name', 'y')
  before.drafts.forget('quick/campaign')
  before.drafts.drop(form)
  await vi.advanceTimersByTimeAsync(300)
  const after = await start()
  expect(after.drafts.keys).toEqual([])
  expect(after.drafts.open('campaign', null).value('name')).toBe('')
})

test('a window that is left writes at once', async () => {
  const { drafts, flushKept } = await start()
  drafts.put('quick/campaign', 'half a w')
  flushKept()
  await vi.advanceTimersByTimeAsync(0)
  expect(disk.get('drafts')).toContain('half a w')
})

test.each(['[1]', '"x"', 'null', '{"texts":7,"cards":{"campaign/new":{"name":3},"fire/1":{}}}', '{'])(
  'what is kept in another shape reads as none: %s',
  async (text) => {
    disk.set('drafts', text)
    disk.set('places', text)
    const { drafts, screen } = await start()
    expect(drafts.keys).toEqual([])
    expect(screen.view).toBe('today')
  },
)

test('what the disk does not give is not written over', async () => {
  const before = await start()
  before.drafts.put('reason/clash/x1', 'An hour of words')
  await vi.advanceTimersByTimeAsync(300)
  kept.mockRejectedValueOnce({ code: 'not_kept', message: 'no' })
  const { drafts, toasts } = await start()
  expect(toasts.list).toHaveLength(1)
  drafts.put('quick/campaign', 'a')
  await vi.advanceTimersByTimeAsync(300)
  expect(disk.get('drafts')).toContain('An hour of words')
  const after = await start()
  expect(after.drafts.text('reason/clash/x1')).toBe('An hour of words')
})

test('a disk that refuses is said once, and the next word is tried again', async () => {
  const { drafts, toasts } = await start()
  keep.mockRejectedValueOnce({ code: 'not_kept', message: 'no' }).mockRejectedValueOnce({ code: 'not_kept', message: 'no' })
  for (const word of ['a', 'b', 'c']) {
    drafts.put('quick/campaign', word)
    await vi.advanceTimersByTimeAsync(300)
  }
  expect(toasts.list.length).toBe(1)
  expect(disk.get('drafts')).toContain('"c"')
})

test('the window opens where it was, with the composer only when something is in it', async () => {
  const before = await start()
  before.screen.go('clashes')
  before.screen.clash = 'x1'
  before.screen.card('campaign', 'c1')
  before.screen.dialog = { name: 'quick', kind: 'campaign' }
  before.places.follow()
  before.places.put('board', { filter: 'boots' })
  await vi.advanceTimersByTimeAsync(300)

  const empty = await start()
  expect([empty.screen.view, empty.screen.clash, empty.screen.panel?.id, empty.screen.dialog]).toEqual(['clashes', 'x1', 'c1', null])
  expect(empty.places.of('board')).toEqual({ filter: 'boots' })
  empty.drafts.put('quick/campaign', 'Advent')
  await vi.advanceTimersByTimeAsync(300)
  expect((await start()).screen.dialog).toEqual({ name: 'quick', kind: 'campaign' })
})

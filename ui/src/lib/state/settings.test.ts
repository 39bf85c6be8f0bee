import { beforeEach, expect, test, vi } from 'vitest'

/** Every start imports all messages anew. */
vi.setConfig({ testTimeout: 30_000 })

const disk = new Map<string, string>()
vi.mock('$lib/ipc/desk', () => ({
  kept: async (name: string) => disk.get(name) ?? null,
  keep: async (name: string, text: string) => void disk.set(name, text),
}))

const root = document.documentElement

async function start() {
  vi.resetModules()
  const { settings, CHOICES } = await import('./settings.svelte')
  const { getLocale } = await import('$lib/paraglide/runtime')
  await settings.load()
  return { settings, CHOICES, getLocale }
}

beforeEach(() => {
  vi.useFakeTimers()
  disk.clear()
  localStorage.clear()
})

test('nothing chosen follows the system', async () => {
  const { settings, getLocale } = await start()
  expect(settings.choices).toEqual({ theme: 'system', contrast: 'system', density: 'default', language: 'system', singleKeys: 'on' })
  expect({ ...root.dataset }).toMatchObject({ theme: 'light', contrast: 'normal', density: 'default', singleKeys: 'on' })
  expect(root.lang).toBe(getLocale())
})

test('a choice is worn at once, kept, and worn again after a start', async () => {
  const { settings } = await start()
  settings.choose('theme', 'dark')
  settings.choose('contrast', 'high')
  settings.choose('density', 'compact')
  settings.choose('language', 'de')
  settings.choose('singleKeys', 'off')
  expect({ ...root.dataset }).toMatchObject({ theme: 'dark', contrast: 'high', density: 'compact', singleKeys: 'off' })
  expect(root.lang).toBe('de')
  await vi.advanceTimersByTimeAsync(300)

  root.dataset['theme'] = 'light'
  const again = await start()
  expect([root.dataset['theme'], again.settings.choices.singleKeys, again.getLocale()]).toEqual(['dark', 'off', 'de'])
})

test('what is kept but cannot be chosen changes nothing', async () => {
  disk.set('settings', JSON.stringify({ theme: 'pink', density: 7, language: '__proto__', singleKeys: 'off', moon: 1 }))
  const { settings } = await start()
  expect(settings.choices).toEqual({ theme: 'system', contrast: 'system', density: 'default', language: 'system', singleKeys: 'off' })
})

test('the copy for the first paint holds only what was chosen', async () => {
  const { settings } = await start()
  expect(JSON.parse(localStorage.getItem('look') ?? '')).toMatchObject({ theme: null })
  settings.choose('theme', 'light')
  expect(JSON.parse(localStorage.getItem('look') ?? '')).toMatchObject({ theme: 'light', density: 'default' })
})

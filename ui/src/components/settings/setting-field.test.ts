import { flushSync, mount, unmount } from 'svelte'
import { expect, test, vi } from 'vitest'

vi.mock('$lib/ipc/desk', () => ({ keep: vi.fn(async () => undefined), kept: vi.fn() }))

import SettingField from '$components/settings/SettingField.svelte'

test('what is typed while a setting is being saved stays in the field', async () => {
  let saved: (refusal: string) => void = () => undefined
  const save = vi.fn(() => new Promise<string>((done) => (saved = done)))
  const props = { key: 'settings/board/name', label: 'Board name', saved: 'Northwind', save, testid: 'name' }
  const part = mount(SettingField, { target: document.body, props })
  flushSync()
  const input = document.querySelector('input')
  if (!input) throw new Error('no field')
  const type = (text: string): void => {
    input.value = text
    input.dispatchEvent(new Event('input', { bubbles: true }))
    flushSync()
  }
  type('Southwind')
  input.dispatchEvent(new Event('change', { bubbles: true }))
  expect(save).toHaveBeenCalledWith('Southwind')
  type('Southwind and sons')
  saved('')
  await Promise.resolve()
  await Promise.resolve()
  flushSync()
  expect(input.value).toBe('Southwind and sons')
  await unmount(part)
})

import { flushSync, mount, unmount } from 'svelte'
import { expect, test, vi } from 'vitest'

vi.mock('$lib/ipc/desk', () => ({ keep: vi.fn(async () => undefined), kept: vi.fn() }))

import SettingField from '$components/settings/SettingField.svelte'

test('what is typed while a setting is being saved stays in the field', async () => {
  let saved: (refusal: string) => void = () => undefined
  const save = vi.fn(() => new Promise<string>((done) => (saved = done)))
  const props = { key: 'settings/board/name', label: 'Board name', saved: 'Northwind', seen: 4, save, testid: 'name' }
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
  expect(save).toHaveBeenCalledWith('Southwind', 4)
  type('Southwind and sons')
  saved('')
  await Promise.resolve()
  await Promise.resolve()
  flushSync()
  expect(input.value).toBe('Southwind and sons')
  await unmount(part)
})

test('what somebody else saves while one types is not overwritten: the edit says what it had seen', async () => {
  let seen = 4
  const save = vi.fn(async () => '')
  const props = { key: 'settings/board/zone', label: 'Time zone', saved: 'UTC', get seen() { return seen }, save, testid: 'zone' }
  let part = mount(SettingField, { target: document.body, props })
  flushSync()
  const input = (): HTMLInputElement => document.querySelector<HTMLInputElement>('[data-testid="zone"]') ?? document.createElement('input')
  input().value = 'Europe/Berlin'
  input().dispatchEvent(new Event('input', { bubbles: true }))
  seen = 7
  // Another page and back.
  await unmount(part)
  part = mount(SettingField, { target: document.body, props })
  flushSync()
  input().dispatchEvent(new Event('change', { bubbles: true }))
  expect(save).toHaveBeenCalledWith('Europe/Berlin', 4)
  await Promise.resolve()
  await Promise.resolve()
  input().value = 'Europe/Paris'
  input().dispatchEvent(new Event('input', { bubbles: true }))
  input().dispatchEvent(new Event('change', { bubbles: true }))
  expect(save).toHaveBeenLastCalledWith('Europe/Paris', 7)
  await unmount(part)
})

// A team for the tests of what people see of it.
import { tick } from 'svelte'

import type { MemberDto, StatusDto } from '$lib/ipc/types'

export const SHARED: StatusDto = { state: 'synced', since_ms: 0, waiting: 0, problem: null, hub: 'wss://hub.example.com', refused: [], present: [] }

export function member(change: Partial<MemberDto> & { id: string }): MemberDto {
  const role = change.role ?? 'support'
  return {
    name: change.id,
    function: 'support',
    role,
    leads: role.endsWith('lead'),
    devices: 1,
    device_list: [{ id: `${change.id}0000aaaa`, this: change.me === true }],
    me: false,
    ...change,
  }
}

export const LEAD = member({ id: 'm1', name: 'Marketing lead', function: 'marketing', role: 'marketing-lead', me: true })
export const OTHER = member({ id: 's1', name: 'Support lead', role: 'support-lead' })
export const WRITER = member({ id: 's2', name: 'Shift lead', role: 'support' })
export const GONE = member({ id: 's3', name: 'Night shift', role: 'support', devices: 0, device_list: [] })

export const all = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)]
export function at<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.querySelector<T>(`[data-testid="${id}"]`)
  if (!found) throw new Error(`no ${id}: ${document.body.innerHTML}`)
  return found
}
export const said = (id: string): string => at(id).textContent.replaceAll(/\s+/g, ' ').trim()

/** Everything that was asked is answered. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) {
    await Promise.resolve()
    await tick()
  }
}

export async function choose(id: string, value: string): Promise<void> {
  const select = at<HTMLSelectElement>(id)
  select.value = value
  select.dispatchEvent(new Event('change', { bubbles: true }))
  await settle()
}

export async function type(id: string, text: string): Promise<void> {
  const field = at<HTMLInputElement>(id)
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
}

export async function click(id: string): Promise<void> {
  at(id).click()
  await settle()
}

/** A form is sent by its button; jsdom knows no `form` attribute of buttons in a dialog that it never shows. */
export async function send(id: string): Promise<void> {
  document.getElementById(id)?.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }))
  await settle()
}

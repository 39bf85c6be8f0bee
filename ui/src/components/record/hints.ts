// How some fields are typed, in one line below them.
import { m } from '$lib/paraglide/messages'

const LISTS = new Set(['region', 'segment', 'channel', 'touch_point'])

export function hintOf(field: string, zone: string): string | undefined {
  if (field === 'start') return m.start_hint({ zone })
  if (field === 'end') return m.end_hint()
  if (field === 'product') return m.product_hint()
  return LISTS.has(field) ? m.list_hint() : undefined
}

// What was deleted and can come back: how long it is kept, and what restoring it says.
import { restore } from '$lib/actions'
import { number } from '$lib/format'
import { openFound } from '$lib/found'
import type { DeletedDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

const DAY_MS = 86_400_000

/** How long anything is kept. */
const KEPT_DAYS = 30

/** How long it stays in the list, in whole days, never more than anything is kept; the last one by its name. */
export function leftWords(of: Pick<DeletedDto, 'until_ms'>, now: number): string {
  const days = Math.min(KEPT_DAYS, Math.round((of.until_ms - now) / DAY_MS))
  return of.until_ms - now < DAY_MS ? m.last_day() : m.days_left({ count: days, shown: number(days) })
}

/** Brings it back and says so, with the way back and the way there. Answers whether it is back. */
export async function bringBack(of: DeletedDto): Promise<boolean> {
  const { kind, id, title } = of
  if (kind !== 'campaign' && kind !== 'complaint' && kind !== 'report') return false
  return restore(kind, id, title, { label: m.open_it(), run: () => void openFound(of) })
}

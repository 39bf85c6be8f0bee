// Sentences about one card that need a moment in time.
import { day, remaining } from '$lib/format'
import type { CampaignDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

const MINUTE_MS = 60_000

/** Whether the offer is in force, and how long until that changes. Nothing while there is no start. */
export function inForce(campaign: Pick<CampaignDto, 'start_ms' | 'end_ms'>, zone: string, now: number): string | undefined {
  const { start_ms: start, end_ms: end } = campaign
  if (end !== null && end <= now) return m.over_since({ day: day(end - 1, zone, now) })
  if (start === null) return undefined
  if (start > now) return m.in_force_in({ left: remaining((start - now) / MINUTE_MS) })
  return end === null ? m.in_force() : m.in_force_for({ left: remaining((end - now) / MINUTE_MS) })
}

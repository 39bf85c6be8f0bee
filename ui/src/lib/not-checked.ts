// Why a record could not be compared, in words, and which kind of card mends it.
import type { CardKind } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

export function words(reason: string): string {
  return reason.endsWith('_without_start') ? m.has_no_start() : m.has_no_product()
}

export function kindOf(reason: string): CardKind {
  return reason.startsWith('complaint') ? 'complaint' : 'campaign'
}

// What follows reports, in words: that a complaint is back and after which fix, that it is quiet, that there are too many
// tickets to answer one by one. Whether it is so was judged in Rust.
import { day, number } from '$lib/format'
import type { ComplaintDto, FixDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

/** `Last fix: New checkout text, Agent, 3 Nov`, or nothing when it was never mended. */
export function lastFix(complaint: Pick<ComplaintDto, 'fixes'>, zone: string, now: number): string {
  const fix: FixDto | undefined = complaint.fixes?.[0]
  if (!fix) return ''
  const about = { by: fix.by, when: day(fix.at_ms, zone, now) }
  return fix.text === null ? m.last_fix_unsaid(about) : m.last_fix({ text: fix.text, ...about })
}

/** How much came since it was mended; nothing while it is not back. */
export function backSince(complaint: Pick<ComplaintDto, 'back'>, zone: string, now: number): string {
  const { back } = complaint
  return back ? m.back_since({ count: back.reports, shown: number(back.reports), when: day(back.mended_ms, zone, now) }) : ''
}

/** Why a complaint that returned is on the agenda. */
export function backWords(complaint: ComplaintDto, zone: string, now: number): string[] {
  return [m.agenda_back_nth({ count: complaint.returned + 1 }), backSince(complaint, zone, now), lastFix(complaint, zone, now)]
}

export const quietNote = (days: number): string => m.quiet_note({ count: days, shown: number(days) })
export const quietChip = (days: number): string => m.quiet_chip({ count: days, shown: number(days) })

export function tooMany(complaint: Pick<ComplaintDto, 'too_many'> | null): string {
  const count = complaint?.too_many
  return count === undefined ? '' : m.too_many_note({ count, shown: number(count) })
}

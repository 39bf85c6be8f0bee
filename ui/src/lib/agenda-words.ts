// An agenda item in words: what it is, the line under its title, and what has become of it.
import { backWords, quietNote, tooMany } from '$lib/aftermath'
import { allReasons } from '$lib/clash-words'
import { wordName, type Fn } from '$lib/decisions'
import { moment, number, remaining } from '$lib/format'
import type { AgendaItemDto, AgendaDto, DecisionDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { clashName } from '$lib/about'
import { functionWord } from '$lib/words'

const KINDS: Record<string, () => string> = {
  clash: m.clash,
  returned: m.agenda_returned,
  new: m.agenda_new,
  growing: m.agenda_growing,
  deferred: m.agenda_deferred,
  handed_over: m.agenda_handed_over,
  quiet: m.agenda_quiet,
  too_many: m.agenda_too_many,
}

export const kindWord = (item: Pick<AgendaItemDto, 'kind'>): string => KINDS[item.kind]?.() ?? item.kind.replaceAll('_', ' ')
export const titleOf = (item: AgendaItemDto): string => (item.clash ? clashName(item.clash) : item.title)

/** `Six things to decide, about five minutes.` */
export function headline(agenda: Pick<AgendaDto, 'items' | 'minutes'>): string {
  const open = agenda.items.filter((item) => item.state !== 'settled').length
  const things = m.number_word({ n: open })
  const words = m.things_to_decide({ count: open, things, minutes: m.number_word({ n: agenda.minutes }), n: agenda.minutes })
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}

function volume(item: AgendaItemDto): string {
  const of = item.complaint
  if (!of || of.reports === 0) return ''
  return m.because_volume({ count: of.last7, last7: number(of.last7), usual: number(of.usual) })
}

/** The line under the title: why it is on the agenda. */
export function reason(item: AgendaItemDto, zone: string, now: number): string {
  const decision = item.decision
  const by = decision ? { by: decision.by, when: moment(decision.at_ms, zone, now) } : null
  const sentences = ((): string[] => {
    switch (item.kind) {
      case 'clash':
        return item.clash ? [allReasons(item.clash)] : []
      case 'returned':
        return item.complaint ? [...backWords(item.complaint, zone, now), volume(item)] : []
      case 'quiet':
        return [item.complaint?.quiet_days === undefined ? '' : quietNote(item.complaint.quiet_days)]
      case 'too_many':
        return [tooMany(item.complaint), volume(item)]
      case 'deferred':
        return [by ? m.agenda_deferred_line(by) : '', decision?.text ?? '', volume(item)]
      case 'handed_over':
        return [decision?.owner && by ? m.agenda_handed_line({ owner: decision.owner, ...by }) : '', decision?.text ?? '']
      default:
        return [volume(item), item.complaint?.quiet_days === undefined ? '' : quietNote(item.complaint.quiet_days), tooMany(item.complaint), item.complaint?.owner ? '' : m.agenda_nobody()]
    }
  })()
  return sentences
    .filter((sentence) => sentence !== '')
    .map((sentence) => (/[.?!…]$/u.test(sentence) ? sentence : `${sentence}.`))
    .join(' ')
}

/** What has become of it, for the lists: `Mitigate, both signed`, `Waits for Support`; nothing while it is open. */
export function outcome(item: AgendaItemDto, zone: string, now: number): string {
  const decision = item.state === 'waiting' ? (item.clash?.decision ?? item.decision) : item.decision
  if (item.state === 'open') return ''
  if (!decision) return m.minutes_gone()
  if (item.state === 'waiting') return m.outcome_waits({ word: wordName(decision.word), fn: missing(decision) })
  if (item.about_kind === 'clash' && decision.marketing && decision.support) return m.outcome_both({ word: wordName(decision.word) })
  const who = decision.owner ?? ''
  const due = decision.due_ms === null ? '' : moment(decision.due_ms, zone, now)
  return [wordName(decision.word), who, due].filter(Boolean).join(', ')
}

/** The function whose signature a proposal waits for. */
export function missing(decision: DecisionDto): string {
  const fn: Fn = decision.marketing === null ? 'marketing' : 'support'
  return functionWord(fn)
}

/** `Standup 11:00, in 18 min`. */
export function standupNext(atMs: number, zone: string, now: number): string {
  const when = moment(atMs, zone, now)
  const minutes = (atMs - now) / 60_000
  return minutes >= 0 && minutes < 12 * 60 ? m.standup_next_in({ when, left: remaining(minutes) }) : m.standup_next({ when })
}

// What a standup decided, as Markdown in the reader's language: for a chat, a mail, a wiki.
import { missing, titleOf } from '$lib/agenda-words'
import { wordName } from '$lib/decisions'
import { day, list, longDay, time } from '$lib/format'
import type { AgendaItemDto, DecisionDto, StandupDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'

export interface Surroundings {
  board: string
  /** Who was there, as far as is known. */
  present: string[]
  zone: string
  now: number
}

type Section = 'decided' | 'waiting' | 'handed_off' | 'deferred' | 'dropped' | 'gone' | 'open'
const ORDER: readonly Section[] = ['decided', 'waiting', 'handed_off', 'deferred', 'dropped', 'gone', 'open']
const HEADINGS: Record<Section, () => string> = {
  decided: m.minutes_decided,
  waiting: m.minutes_waiting,
  handed_off: m.minutes_handed_off,
  deferred: m.minutes_deferred,
  dropped: m.minutes_dropped,
  gone: m.minutes_gone,
  open: m.minutes_open,
}
const OF_WORD: Record<string, Section> = { hand_off: 'handed_off', defer: 'deferred', drop: 'dropped' }

/** Where an item stands in the minutes. */
export function sectionOf(item: AgendaItemDto): Section {
  if (item.state === 'open') return 'open'
  if (item.state === 'waiting') return 'waiting'
  // Mended, moved or over while the standup was held: nothing is left to decide.
  if (!item.decision) return 'gone'
  return OF_WORD[item.decision.word] ?? 'decided'
}

/** How many items stand where, for the last screen. */
export function tally(items: AgendaItemDto[]): { section: Section; count: number; words: string }[] {
  return ORDER.map((section) => ({ section, count: items.filter((item) => sectionOf(item) === section).length, words: HEADINGS[section]() })).filter(
    (one) => one.count > 0,
  )
}

/** Text of people stays text: one line, and no mark-up of its own. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().replaceAll(/[\\`*_[\]<>|]/g, '\\$&')
}

/** Read on another day as well: a date, never "today". */
const dated = (ms: number, { zone, now }: Surroundings): string => `${day(ms, zone, now)} ${time(ms, zone)}`

/** What is done, by whom and until when. Headings say that something was handed off, deferred or dropped. */
function said(decision: DecisionDto, around: Surroundings, text = plain): string {
  const word = decision.about_kind === 'clash' && !OF_WORD[decision.word] ? wordName(decision.word) : ''
  const what = [word, decision.text ? text(decision.text) : ''].filter(Boolean).join(': ')
  const who = [decision.owner ? text(decision.owner) : '', decision.due_ms === null ? '' : dated(decision.due_ms, around)]
  return [what, who.filter(Boolean).join(', ')].filter(Boolean).join('. ')
}

function line(item: AgendaItemDto, around: Surroundings): string {
  const title = `**${plain(titleOf(item))}**`
  const { decision } = item
  if (!decision || ['open', 'gone'].includes(sectionOf(item))) return `- ${title}`
  const signers = [decision.marketing, decision.support].flatMap((signature) => (signature ? [plain(signature.by)] : []))
  const signed = item.about_kind === 'clash' && signers.length > 0 ? m.minutes_signed({ names: list(signers) }) : ''
  const waits = item.state === 'waiting' ? m.waits_for({ fn: missing(decision) }) : ''
  const sentences = [said(decision, around), signed, waits].filter(Boolean).map(ended).join(' ')
  return sentences === '' ? `- ${title}` : `- ${title}: ${sentences}`
}

const ended = (sentence: string): string => (/[.?!…]$/u.test(sentence) ? sentence : `${sentence}.`)

/** The whole digest. */
export function minutes(standup: Pick<StandupDto, 'started_ms' | 'items'>, around: Surroundings): string {
  const heading = `# ${m.minutes_title({ board: plain(around.board), date: longDay(standup.started_ms, around.zone) })}`
  const present = around.present.length > 0 ? [m.minutes_present({ names: list(around.present.map(plain)) })] : []
  const sections = ORDER.flatMap((section) => {
    const items = standup.items.filter((item) => sectionOf(item) === section)
    return items.length > 0 ? [[`## ${HEADINGS[section]()}`, ...items.map((item) => line(item, around))].join('\n')] : []
  })
  const nothing = standup.items.length === 0 ? [m.minutes_nothing()] : []
  return [heading, ...present, ...sections, ...nothing].join('\n\n') + '\n'
}

/** The same in short, as it stands beside the agenda: one sentence for each item that is settled. */
export function digest(items: AgendaItemDto[], around: Surroundings): { key: string; words: string }[] {
  return items.flatMap((item) => {
    if (item.state !== 'settled' || !item.decision) return []
    const sentences = [`${HEADINGS[sectionOf(item)]()}: ${titleOf(item)}`, said(item.decision, around, (typed) => typed)]
    return [{ key: item.key, words: sentences.filter(Boolean).map(ended).join(' ') }]
  })
}

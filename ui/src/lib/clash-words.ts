// A clash in words: what its rule is called, and why it is one.
import { list, number, remaining } from '$lib/format'
import type { CardKind, ClashDto, EvidenceDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { dimensionWord } from '$lib/words'

/** Stands around the words that carry the line. Nobody types it, and it is not seen. */
const STRONG = '\u2063'
const strong = (words: string): string => `${STRONG}${words}${STRONG}`

/** A sentence in pieces: every second one is strong. */
export const pieces = (sentence: string): string[] => sentence.split(STRONG)

/** `Same product and region`: what the rule is called by what the two have in common. */
export function ruleName(clash: Pick<ClashDto, 'because'>): string {
  const same = clash.because.flatMap((one) => (one.kind === 'same' ? [dimensionWord(one.dimension)] : []))
  return same.length > 0 ? m.rule_same({ dimensions: list(same) }) : m.rule_scope()
}

function words(because: EvidenceDto, emphasis: (words: string) => string): string {
  switch (because.kind) {
    case 'same':
      return m.because_same({ dimension: dimensionWord(because.dimension), values: emphasis(list(because.values)) })
    case 'volume':
      return m.because_volume({ count: because.last7, last7: emphasis(number(because.last7)), usual: number(because.usual) })
    case 'severity':
      return m.because_severity({ severity: emphasis(String(because.severity)) })
    case 'starts_in':
      return m.because_starts_in({ left: emphasis(remaining(because.minutes)) })
    case 'live':
      return m.because_live()
    case 'reach':
      return m.because_reach({ count: because.people, people: emphasis(number(because.people)) })
  }
}

/** One reason as plain words. */
export const becauseWords = (because: EvidenceDto): string => words(because, (plain) => plain)
/** The same in pieces, every second one strong. */
export const becausePieces = (because: EvidenceDto): string[] => pieces(words(because, strong))

/** All reasons in a breath: `Same product: Boots. 37 tickets in 7 days, usually 9.` */
export const allReasons = (clash: Pick<ClashDto, 'because'>): string => clash.because.map((one) => `${becauseWords(one)}.`).join(' ')

/** Which card the figure comes from, and what it is called there. */
export function sourceOf(because: EvidenceDto): { kind: CardKind; words: string } {
  switch (because.kind) {
    case 'same':
      return { kind: 'campaign', words: m.from_scope() }
    case 'volume':
      return { kind: 'complaint', words: m.from_chart() }
    case 'severity':
      return { kind: 'complaint', words: m.from_complaint() }
    case 'starts_in':
    case 'live':
      return { kind: 'campaign', words: m.from_dates() }
    case 'reach':
      return { kind: 'campaign', words: m.from_reach() }
  }
}

/** The colour of a clash: what was decided, or only says so, is quiet. */
export const clashTone = (strength: string, isDecided = false): 'quiet' | 'warn' | 'clash' =>
  isDecided ? 'quiet' : strength === 'block' ? 'clash' : strength === 'warn' ? 'warn' : 'quiet'

// What a search finds, and what opens when one of it is chosen.
import { attempt } from '$lib/actions'
import { goTo } from '$lib/commands/go'
import * as ipc from '$lib/ipc/desk'
import type { ClashDto, FoundDto } from '$lib/ipc/types'
import { fold } from '$lib/marks'
import { m } from '$lib/paraglide/messages'
import { screen } from '$lib/state/screen.svelte'
import { toasts } from '$lib/state/toasts.svelte'

/** Shown, but not what is worked on any more. */
const OVER: readonly string[] = ['ended', 'solved', 'archived', 'closed']

export const isOver = (found: FoundDto): boolean => found.state !== null && OVER.includes(found.state)

export function kindWord(kind: string): string {
  const words: Record<string, () => string> = {
    campaign: m.kind_campaign,
    complaint: m.kind_complaint,
    report: m.a_report,
    clash: m.kind_clash,
  }
  return words[kind]?.() ?? kind
}

/** Open clashes of which every word is in one of the two names. They are on the page already and need no search. */
export function foundClashes(clashes: readonly ClashDto[], text: string): FoundDto[] {
  const words = fold(text).split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  const found = clashes.filter((clash) => {
    const names = fold(`${clash.campaign_name} ${clash.complaint_title}`)
    return words.every((word) => names.includes(word))
  })
  return found.map((clash) => ({
    kind: 'clash',
    id: clash.id,
    title: m.campaign_meets({ campaign: clash.campaign_name, complaint: clash.complaint_title }),
    state: null,
    about: m.clash_score({ score: clash.score }),
  }))
}

export async function openFound(found: Pick<FoundDto, 'kind' | 'id' | 'title'>): Promise<void> {
  if (found.kind !== 'report') return screen.open(found.kind, found.id)
  // A ticket opens with the complaint that it belongs to.
  const report = await attempt(() => ipc.report(found.id))
  if (report?.complaint) return screen.card('complaint', report.complaint)
  if (!report) return
  goTo('complaints')
  toasts.say(m.ticket_without_complaint({ title: found.title }))
}

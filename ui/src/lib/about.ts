// What a decision is about, by kind and id: its name, and what was proposed last.
import type { AboutKind, AgendaItemDto, DecisionDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { agenda } from '$lib/state/agenda.svelte'
import type { About } from '$lib/state/composer.svelte'
import { desk } from '$lib/state/desk.svelte'

export function clashName(clash: { campaign_name: string; complaint_title: string }): string {
  return m.clash_name({ campaign: clash.campaign_name, complaint: clash.complaint_title })
}

export const aboutItem = (item: AgendaItemDto): About => ({
  kind: item.about_kind as AboutKind,
  id: item.about,
  name: item.clash ? clashName(item.clash) : item.title,
})

export function aboutOf(kind: AboutKind, id: string): About {
  const clash = kind === 'clash' ? (desk.clash(id) ?? desk.clashes?.past.find((past) => past.id === id)) : null
  if (clash) return { kind, id, name: clashName(clash) }
  const item = agenda.item(kind, id)
  if (item) return aboutItem(item)
  const card = kind === 'clash' ? null : desk.card(kind, id)
  return { kind, id, name: card ? (card.kind === 'campaign' ? card.card.name : card.card.title) : '' }
}

/** The decision or proposal in front. */
export function decisionOf(kind: AboutKind, id: string): DecisionDto | null {
  const clash = kind === 'clash' ? desk.clash(id) : null
  return clash ? clash.decision : (agenda.item(kind, id)?.decision ?? null)
}

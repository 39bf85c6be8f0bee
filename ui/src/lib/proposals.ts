// Answering what the other function proposed for a card.
import { attempt, sayDone } from '$lib/actions'
import { nameOf, type Card } from '$lib/fields'
import * as ipc from '$lib/ipc/desk'
import type { ProposalDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { rivalText } from '$lib/rivals'
import { desk } from '$lib/state/desk.svelte'
import { fieldWord } from '$lib/words'

/** The one that a key takes: the oldest that this person may take. */
export const toTake = (of: Card): ProposalDto | undefined => of.card.proposals?.find((one) => one.can_take && !one.own)

/** What would change, as a line: the element that comes or goes, or the new value. */
export function proposedText(one: ProposalDto): string {
  if (one.element !== null) return one.value === 'yes' ? m.proposal_adds({ element: one.element }) : m.proposal_removes({ element: one.element })
  return rivalText(one.field, one.value, desk.zone, desk.now)
}

/** Takes a proposal, declines it, or takes back one's own. */
export async function answer(of: Card, proposal: ProposalDto, take: boolean): Promise<void> {
  const name = nameOf(of)
  const done = await attempt(async () => {
    await ipc.answerProposal({ kind: of.kind, id: of.card.id, name, proposal }, take)
    return true
  })
  if (!done) return
  const field = fieldWord(proposal.field)
  sayDone(take ? m.proposal_taken({ name, field }) : proposal.own ? m.proposal_taken_back({ name, field }) : m.proposal_declined({ name, field }))
}

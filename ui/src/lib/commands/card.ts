// What a key does to the card that has the focus, or that a panel shows. It does the same from the board, from a list and
// from the panel.
import { attempt } from '$lib/actions'
import { archive, assignToMe, closeQuiet, putAway } from '$lib/card-actions'
import type { Card } from '$lib/fields'
import * as ipc from '$lib/ipc/desk'
import type { CardKind, ProposalDto } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { answer, toTake } from '$lib/proposals'
import { agenda } from '$lib/state/agenda.svelte'
import { cardMenu, type CardMenuOf } from '$lib/state/card-menu.svelte'
import { current } from '$lib/state/current.svelte'
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'

import type { Command } from './command'
import { isClear } from './when'

interface Here {
  kind: CardKind
  id: string
}

function here(): Here | null {
  const { item } = current
  return item?.kind === 'campaign' || item?.kind === 'complaint' ? { kind: item.kind, id: item.id } : null
}

const isOn = (...kinds: CardKind[]): boolean => isClear() && cardMenu.open === null && current.is(...kinds)

/** Runs with the card as it is now, which may be further back than the board's first page. */
async function withCard(act: (of: Card) => Promise<void>): Promise<void> {
  const at = here()
  if (!at) return
  const { kind, id } = at
  const read = async (): Promise<Card> =>
    kind === 'campaign' ? { kind, card: await ipc.campaign(id) } : { kind, card: await ipc.complaint(id) }
  const of = desk.card(kind, id) ?? (await attempt(read))
  if (of) await act(of)
}

const menu = (of: CardMenuOf, key: string | undefined, name: () => string, ...kinds: CardKind[]): Command => ({
  id: `card_${of}`,
  name,
  ...(key === undefined ? {} : { key }),
  group: 'item',
  scope: 'app',
  when: () => isOn(...kinds),
  run: () => {
    const at = here()
    if (at) cardMenu.show(of, at.kind, at.id)
  },
})

const act = (id: string, key: string | undefined, name: () => string, run: () => void, ...kinds: CardKind[]): Command => ({
  id,
  name,
  ...(key === undefined ? {} : { key }),
  group: 'item',
  scope: 'app',
  when: () => isOn(...kinds),
  run,
})

const BOTH: CardKind[] = ['campaign', 'complaint']

function open(history: boolean): void {
  const at = here()
  if (!at) return
  if (screen.panel?.id !== at.id) screen.card(at.kind, at.id)
  if (screen.panel && history) screen.panel.history = true
}

function erase(): void {
  const at = here()
  if (at) screen.dialog = { name: 'erase', ...at }
}

export const CARD: readonly Command[] = [
  { ...act('open_card', undefined, m.command_open_card, () => open(false), ...BOTH), when: () => isOn(...BOTH) && screen.panel === null },
  menu('state', 's', m.command_state, ...BOTH),
  menu('owner', 'a', m.command_assign, ...BOTH),
  act('assign_me', 'i', m.command_assign_me, () => void withCard(assignToMe), ...BOTH),
  menu('severity', 'p', m.command_severity, 'complaint'),
  menu('duplicate', undefined, m.command_duplicate, 'complaint'),
  menu('dates', 'd', m.command_dates, 'campaign'),
  menu('labels', 'l', m.command_labels, 'campaign'),
  act('archive', 'e', m.command_archive, () => void withCard(archive), 'campaign'),
  {
    ...act('close_quiet', 'w', m.command_close_quiet, () => void withCard(closeQuiet), 'complaint'),
    when: () => isOn('complaint') && isQuiet(),
  },
  {
    ...act('take_proposal', 'y', m.command_take_proposal, () => void withCard(take), ...BOTH),
    group: 'decide',
    when: () => isOn(...BOTH) && shown() !== undefined,
  },
  act('card_history', undefined, m.command_history, () => open(true), ...BOTH),
  act('erase_card', undefined, m.command_erase, erase, ...BOTH),
  act('delete_card', 'delete', m.command_delete, () => void withCard(remove), ...BOTH),
]

/** What waits on the card that the key would act on, where the window knows it. */
function shown(): ProposalDto | undefined {
  const at = here()
  const of = at ? desk.card(at.kind, at.id) : null
  return of ? toTake(of) : undefined
}

/** Closing is offered for the complaint that the key would act on. */
function isQuiet(): boolean {
  const at = here()
  if (at?.kind !== 'complaint') return false
  const of = desk.card(at.kind, at.id)
  const complaint = of?.kind === 'complaint' ? of.card : agenda.item(at.kind, at.id)?.complaint
  return complaint?.quiet_days !== undefined
}

async function take(of: Card): Promise<void> {
  const proposal = toTake(of)
  if (proposal) await answer(of, proposal, true)
}

async function remove(of: Card): Promise<void> {
  if (screen.panel?.id === of.card.id) screen.panel = null
  await putAway(of)
}

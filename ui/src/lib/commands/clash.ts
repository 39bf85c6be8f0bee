// Deciding: the digits, agreeing, handing off, deferring. They act on whatever item has the focus, on every page.
import { tick } from 'svelte'

import { aboutOf, decisionOf } from '$lib/about'
import { byKey, canAgree, functionsOf, keyOf, wordName, type Word } from '$lib/decisions'
import { agree, decide } from '$lib/decision-actions'
import type { AboutKind } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { agenda } from '$lib/state/agenda.svelte'
import { composer } from '$lib/state/composer.svelte'
import { current } from '$lib/state/current.svelte'
import { desk } from '$lib/state/desk.svelte'
import { screen } from '$lib/state/screen.svelte'

import type { Command } from './command'
import { isClear } from './when'

/** What the keys decide about: a clash wherever it is chosen, anything else where there is a place to write. */
function target(): { kind: AboutKind; id: string } | null {
  const item = current.item
  if (!item || item.kind === 'report' || item.kind === 'group') return null
  const { kind, id } = item
  return kind === 'clash' || composer.hasPlace(kind, id) ? { kind, id } : null
}

function word(key: string): Word | null {
  const item = target()
  return item && byKey(key, item.kind)
}

async function run(key: string): Promise<void> {
  const [item, chosen] = [target(), word(key)]
  if (!item || !chosen) return
  if (!composer.hasPlace(item.kind, item.id)) {
    screen.toClash(item.id)
    await tick()
  }
  decide(aboutOf(item.kind, item.id), chosen, screen.view === 'standup' ? agenda.standupDate : null)
}

const one = (id: string, key: string, unaimed: Word): Command => ({
  id,
  name: () => wordName(word(key) ?? unaimed),
  key,
  group: 'decide',
  scope: 'app',
  when: () => isClear() && word(key) !== null,
  run: () => void run(key),
})

const proposal = (): ReturnType<typeof decisionOf> => {
  const item = target()
  return item && decisionOf(item.kind, item.id)
}

async function agreeNow(): Promise<void> {
  const item = target()
  if (item) await agree(aboutOf(item.kind, item.id))
}

export const CLASH: readonly Command[] = [
  {
    id: 'agree',
    name: m.agree_and_sign,
    key: 'y',
    group: 'decide',
    scope: 'app',
    when: () => isClear() && canAgree(proposal(), functionsOf(desk.open?.function ?? '')),
    run: () => void agreeNow(),
  },
  one('decide_1', keyOf('move'), 'move'),
  one('decide_2', keyOf('change'), 'change'),
  one('decide_3', keyOf('mitigate'), 'mitigate'),
  one('decide_4', keyOf('accept'), 'accept'),
  one('decide_5', keyOf('not_a_clash'), 'not_a_clash'),
  one('hand_off', 'h', 'hand_off'),
  one('defer', 'z', 'defer'),
]

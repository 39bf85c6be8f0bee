// What the board's keys do, and the keys of every list: the next and the previous item.
import { tick } from 'svelte'

import { pickUp } from '$lib/board-actions'
import { GROUPS } from '$lib/board-columns'
import { groupWord } from '$lib/board-words'
import { m } from '$lib/paraglide/messages'
import { board } from '$lib/state/board.svelte'
import { current } from '$lib/state/current.svelte'
import { screen } from '$lib/state/screen.svelte'

import type { Command } from './command'
import { isClear, notInStandup } from './when'

const isBoard = (): boolean => isClear() && screen.view === 'board'
const stop = (): HTMLElement | null => document.querySelector('#sheet [data-stop][tabindex="0"]')
const hasList = (): boolean => isClear() && notInStandup() && stop() !== null

/** J and K are the arrows under the fingers: whatever list has the focus hears one, else the first list gets it. */
function press(key: 'ArrowDown' | 'ArrowUp'): void {
  const at = document.activeElement
  if (at instanceof HTMLElement && at.matches('[data-stop]')) {
    at.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  } else stop()?.focus()
}

function move(): void {
  const { item } = current
  if (item?.kind !== 'campaign' && item?.kind !== 'complaint') return
  const { kind, id } = item
  const focused = document.activeElement?.closest<HTMLElement>('[data-id]')
  if (focused?.dataset['id'] === id) return void pickUp(kind, id, 'keys')
  // Its arrows are heard on the card.
  board.want(kind, id)
  void tick().then(() => pickUp(kind, id, 'keys'))
}

/** The filter of the page in front. */
function filter(): void {
  if (screen.view === 'board') board.filterOpen = true
  void tick().then(() => document.querySelector<HTMLElement>('#sheet [data-filter]')?.focus())
}

export const BOARD: readonly Command[] = [
  { id: 'next_item', name: m.next_item, key: 'j', group: 'item', scope: 'app', when: hasList, run: () => press('ArrowDown'), hidden: true },
  { id: 'previous_item', name: m.previous_item, key: 'k', group: 'item', scope: 'app', when: hasList, run: () => press('ArrowUp'), hidden: true },
  {
    id: 'move_card',
    name: m.move_without_mouse,
    key: 'm',
    group: 'item',
    scope: 'app',
    when: () => isBoard() && current.is('campaign', 'complaint'),
    run: move,
  },
  {
    id: 'filter',
    name: m.filter,
    key: '/',
    group: 'item',
    scope: 'app',
    when: () => isClear() && (screen.view === 'board' || document.querySelector('#sheet [data-filter]') !== null),
    run: filter,
  },
  {
    id: 'only_mine',
    name: m.only_mine,
    key: 'q',
    group: 'item',
    scope: 'app',
    when: isBoard,
    run: () => board.narrow({ mine: !board.filter.mine }),
  },
  ...GROUPS.map((group): Command => ({
    id: `group_${group}`,
    name: () => m.group_by_value({ group: groupWord(group) }),
    group: 'window',
    scope: 'app',
    when: () => isBoard() && board.group !== group,
    run: () => board.groupBy(group),
  })),
]

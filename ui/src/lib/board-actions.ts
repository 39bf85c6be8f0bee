// Moving a card to another state by pointer or by keys, with the words that go with it.
import { undo } from '$lib/actions'
import { columnOf } from '$lib/board-columns'
import { nameOf, type Card } from '$lib/fields'
import { deskError } from '$lib/ipc/call'
import * as ipc from '$lib/ipc/desk'
import type { CardKind } from '$lib/ipc/types'
import { m } from '$lib/paraglide/messages'
import { told } from '$lib/proposal-words'
import { board, type Moving } from '$lib/state/board.svelte'
import { announcer, toasts } from '$lib/state/toasts.svelte'
import { errorAlone, stateWord } from '$lib/words'

/** Longer names than this are cut in what is said about a move. */
const NAME_SHOWN = 80

function shortName(of: Card): string {
  const name = nameOf(of)
  return name.length > NAME_SHOWN ? `${name.slice(0, NAME_SHOWN - 1)}…` : name
}

/** The card is there at once, with the mark of what is on its way, and back with a sentence when it was refused. */
export async function moveTo(kind: CardKind, id: string, state: string): Promise<void> {
  const of = board.card(kind, id)
  if (!of || of.card.state === state) return
  const [name, to, from] = [shortName(of), stateWord(state), stateWord(of.card.state)]
  const shown = board.expect(of, state)
  board.want(kind, id)
  try {
    const saved = await ipc.set(kind, id, of.card.seen, [{ field: 'state', value: state }])
    if (saved.proposed) shown.refused()
    else shown.saved()
    const words = told(kind, name, saved, m.moved_to({ name, state: to }))
    toasts.say(words, { label: m.undo(), run: () => void undo() })
    announcer.say(words)
  } catch (error) {
    shown.refused()
    toasts.problem(m.move_refused({ name, state: from, why: errorAlone(deskError(error)) }))
  }
}

/** Takes a card up. By anything but function the columns are no states: then it says so. */
export function pickUp(kind: CardKind, id: string, how: Moving['how']): boolean {
  const of = board.card(kind, id)
  if (!of) return false
  if (board.group !== 'function') {
    if (how === 'keys') toasts.say(m.move_off())
    announcer.say(m.move_off())
    return false
  }
  board.hold(of, shortName(of), how)
  if (how === 'keys') announcer.say(m.move_picked({ name: shortName(of), state: stateWord(columnOf(of)) }))
  return true
}

/** An arrow while a card is in the hand: the next column of its lane. */
export function moveBy(by: 1 | -1): void {
  const { moving } = board
  if (!moving) return
  const columns = board.lanes[moving.kind]
  const now = columns.findIndex((column) => column.key === moving.to)
  const index = Math.min(Math.max(0, now + by), columns.length - 1)
  const to = columns[index]
  if (!to) return
  board.over(to.key)
  announcer.say(m.move_over({ state: stateWord(to.key), index: index + 1, count: columns.length }))
}

/** Puts the card down where it is. */
export function drop(): void {
  const { moving } = board
  if (!moving) return
  if (moving.to === moving.from) putBack()
  else {
    board.letGo()
    void moveTo(moving.kind, moving.id, moving.to)
  }
}

export function putBack(): void {
  const { moving } = board
  if (!moving) return
  board.letGo()
  announcer.say(m.move_back({ name: moving.name, state: stateWord(moving.from) }))
}

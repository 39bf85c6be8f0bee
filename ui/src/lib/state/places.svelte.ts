// Where this window was: the page, the open panel or composer, and what a page wants to find again (the board's filter,
// its grouping). Nobody else sees it. A page keeps its own place under its own name:
//
//   const place = places.of('board')                    // null at the first time; check its shape, it is a file
//   places.put('board', { filter, grouping })           // JSON
import { isRecord, Keeper } from '$lib/kept'

import { drafts, NEW } from './drafts.svelte'
import { screen, type Dialog, type View } from './screen.svelte'

const VIEWS: readonly string[] = ['today', 'board', 'complaints', 'clashes', 'search', 'deleted', 'settings', 'import']

class Places {
  #places: Record<string, unknown> = {}
  readonly #keeper = new Keeper('places', () => this.#places)

  /** Once, after the drafts and before anything is shown. */
  async load(): Promise<void> {
    this.#places = (await this.#keeper.load()) ?? {}
    const place = this.of('screen')
    if (place) toScreen(place)
  }

  of(name: string): Record<string, unknown> | null {
    const place = this.#places[name]
    return isRecord(place) ? place : null
  }

  put(name: string, place: Record<string, unknown>): void {
    this.#places = { ...this.#places, [name]: place }
    this.#keeper.soon()
  }

  /** The screen as it is now; called by the app whenever it changes. */
  follow(): void {
    const { view, panel, dialog, clash, words } = screen
    this.put('screen', { view, panel: panel && { kind: panel.kind, id: panel.id }, dialog, clash, words })
  }
}

function toScreen(place: Record<string, unknown>): void {
  const { view, panel, dialog, clash, words } = place
  // A standup is run by people who are there: the window does not open in one.
  if (typeof view === 'string' && VIEWS.includes(view)) screen.go(view as View)
  if (typeof clash === 'string') screen.clash = clash
  if (typeof words === 'string') screen.words = words
  if (isRecord(panel) && typeof panel['id'] === 'string') screen.open(String(panel['kind']), panel['id'])
  if (isRecord(dialog)) screen.dialog = composer(dialog)
}

/** A composer opens again only for what was typed into it. */
function composer(dialog: Record<string, unknown>): Dialog | null {
  const { name, kind } = dialog
  if ((name !== 'quick' && name !== 'new') || (kind !== 'campaign' && kind !== 'complaint')) return null
  const key = name === 'quick' ? `quick/${kind}` : `form/${kind}/${NEW}`
  return drafts.keys.includes(key) ? { name, kind } : null
}

export const places = new Places()

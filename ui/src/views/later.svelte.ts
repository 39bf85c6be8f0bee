// Pages that nobody sees first are read after the first paint: the program starts with Today, the board and a card.
import type { Component } from 'svelte'

import type { View } from '$lib/state/screen.svelte'

type Page = Component<Record<string, never>>
type Late = Exclude<View, 'today' | 'board'>

const READ: Readonly<Record<Late, () => Promise<{ default: Page }>>> = {
  complaints: () => import('./ComplaintsView.svelte'),
  clashes: () => import('./ClashesView.svelte'),
  search: () => import('./SearchView.svelte'),
  deleted: () => import('./DeletedView.svelte'),
  settings: () => import('./SettingsView.svelte'),
  import: () => import('./ImportView.svelte'),
  standup: () => import('./StandupView.svelte'),
}

class LaterPages {
  /** Those that are there. A page that is there is shown at once, not a turn later. */
  #pages = $state.raw<Partial<Record<Late, Page>>>({})

  page(view: View): Page | undefined {
    return isLate(view) ? this.#pages[view] : undefined
  }

  /** Reads one, for whoever goes there before it is there. */
  async read(view: View): Promise<void> {
    if (!isLate(view) || this.#pages[view]) return
    const page = (await READ[view]()).default
    this.#pages = { ...this.#pages, [view]: page }
  }

  /** Reads all of them, one after the other. */
  async readAll(): Promise<void> {
    for (const view of Object.keys(READ) as Late[]) await this.read(view)
  }
}

function isLate(view: View): view is Late {
  return Object.hasOwn(READ, view)
}

export const later = new LaterPages()

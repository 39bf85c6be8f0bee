// The board's own settings and one's own name on it, as the settings' pages edit them. Each field is saved by itself.
import * as ipc from '$lib/ipc/desk'
import { deskError } from '$lib/ipc/call'
import type { SettingsDto } from '$lib/ipc/types'
import { errorWords } from '$lib/words'

import { desk } from './desk.svelte'

class BoardSettings {
  settings = $state.raw<SettingsDto | null>(null)
  /** Why they cannot be read. */
  error = $state('')

  async load(): Promise<void> {
    try {
      this.settings = await ipc.settings()
      this.error = ''
    } catch (thrown) {
      this.error = errorWords(deskError(thrown))
    }
  }

  /** The place in the log that the settings are shown of: an edit sends back the one at which it began. */
  get seen(): number {
    return this.settings?.seen ?? 0
  }

  /**
   * Saves one field of the board as it was `seen`: what somebody else wrote since then stays beside it. Answers with what is
   * wrong, or with nothing.
   */
  async board(field: string, value: string, seen: number): Promise<string> {
    const settings = this.settings
    return settings === null ? this.error : this.#set('board', settings.id, seen, field, value)
  }

  /** Saves one field of one's own record. */
  async me(field: string, value: string, seen: number): Promise<string> {
    const settings = this.settings
    const me = desk.open?.member
    if (settings === null || me === undefined) return this.error
    const refused = await this.#set('member', me, seen, field, value)
    // The name in the rail is read when a board opens.
    if (refused === '') desk.open = await ipc.state()
    return refused
  }

  async #set(kind: 'board' | 'member', id: string, seen: number, field: string, value: string): Promise<string> {
    try {
      await ipc.setSettings(kind, id, seen, [{ field, value: value.trim() === '' ? null : value.trim() }])
      await this.load()
      return ''
    } catch (thrown) {
      return errorWords(deskError(thrown))
    }
  }
}

export const boardSettings = new BoardSettings()

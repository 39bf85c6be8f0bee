// The one thing that a dialog does: once at a time, said when it is done, and what is refused stands in the dialog.
import { deskError } from '$lib/ipc/call'
import { errorWords } from '$lib/words'

import { announcer, toasts } from './toasts.svelte'

export class Deed {
  busy = $state(false)
  error = $state('')

  /** Does it; `act` answers with the words that say so. Then the dialog is done with, where there is one. */
  async run(act: () => Promise<string>, done?: () => void): Promise<void> {
    if (this.busy) return
    this.busy = true
    this.error = ''
    try {
      const words = await act()
      toasts.say(words)
      announcer.say(words)
      done?.()
    } catch (thrown) {
      this.error = errorWords(deskError(thrown))
    } finally {
      this.busy = false
    }
  }
}

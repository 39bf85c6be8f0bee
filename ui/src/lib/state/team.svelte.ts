// Who is on the board and what one may do about it. Whoever shows any of it calls `follow` in an effect.
import { deskError } from '$lib/ipc/call'
import * as ipc from '$lib/ipc/desk'
import type { MemberDto, SafetyDto } from '$lib/ipc/types'
import { errorWords } from '$lib/words'

import { desk } from './desk.svelte'

class Team {
  members = $state.raw<MemberDto[]>([])
  safety = $state.raw<SafetyDto | null>(null)
  isRead = $state(false)
  error = $state('')
  #asked = 0

  /** Whoever has a device. */
  readonly here = $derived(this.members.filter((member) => member.devices > 0))
  /** Cards still name them. */
  readonly left = $derived(this.members.filter((member) => member.devices === 0 && member.name !== ''))
  readonly me = $derived(this.members.find((member) => member.me) ?? null)
  readonly isLead = $derived(this.me?.leads === true)
  /** Who can be asked for what only a lead does. */
  readonly leads = $derived(this.here.filter((member) => member.leads && !member.me).map((member) => member.name))
  readonly isShared = $derived(this.safety?.shared === true)
  /** One lost computer, and nobody could let anybody in again. */
  readonly isAtRisk = $derived(this.isLead && this.isShared && this.safety?.printed === false && this.safety.leads < 2)

  /** Reads it now and again whenever something may have changed it: a role changes without a word about any card. */
  follow(): void {
    void [desk.teamChanges, desk.status, desk.changes]
    void this.load()
  }

  async load(): Promise<void> {
    this.#asked += 1
    const asked = this.#asked
    try {
      const [members, safety] = await Promise.all([ipc.members(), ipc.safety()])
      if (asked !== this.#asked) return
      this.members = members
      this.safety = safety
      this.isRead = true
      this.error = ''
    } catch (thrown) {
      if (asked === this.#asked) this.error = errorWords(deskError(thrown))
    }
  }
}

export const team = new Team()

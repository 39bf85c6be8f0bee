// Who could do something: the members, and whoever already owns a card. Suggestions only; any name can be typed.
import * as ipc from '$lib/ipc/desk'
import type { MemberDto } from '$lib/ipc/types'

import { desk } from './desk.svelte'

/** More names than this are no help while typing. */
const SUGGESTED = 50

class People {
  members = $state.raw<MemberDto[]>([])
  #asked = -1

  /** Members first, then the owners of cards. */
  readonly names = $derived.by((): string[] => {
    const owners = [...(desk.board?.campaigns ?? []), ...(desk.board?.complaints ?? [])].flatMap((card) => card.owner ?? [])
    return [...new Set([...this.members.map((member) => member.name), ...owners.toSorted()])].slice(0, SUGGESTED)
  })

  /** Reads the members unless they are known. Without them the owners are suggested all the same. */
  async load(): Promise<void> {
    const asked = desk.teamChanges
    if (asked === this.#asked) return
    this.#asked = asked
    try {
      this.members = await ipc.members()
    } catch {
      this.#asked = -1
    }
  }
}

export const people = new People()

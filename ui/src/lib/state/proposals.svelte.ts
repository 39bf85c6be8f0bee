// Which proposal a person has had the time to read. Agreeing signs that one and no other: what arrives a moment before the key
// is not what was agreed to.

/** Less on the screen is not read. */
export const READ_MS = 500

/** What a proposal is about, as a word that stays the same while what is known of it changes. */
export const subjectOf = (about: { kind: string; id: string }): string => `${about.kind}/${about.id}`

class Proposals {
  #read = $state.raw<ReadonlyMap<string, string>>(new Map())

  /** This one is drawn from now on, until what is answered is called. The one before counts until this one is read. */
  stands(subject: string, decision: string): () => void {
    const timer = setTimeout(() => (this.#read = new Map([...this.#read, [subject, decision]])), READ_MS)
    return () => clearTimeout(timer)
  }

  /** The one that was read last about this; nothing where none was. */
  read(subject: string): string | null {
    return this.#read.get(subject) ?? null
  }
}

export const proposals = new Proposals()

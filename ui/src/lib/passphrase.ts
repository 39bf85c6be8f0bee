// What a page knows of a passphrase: how long a new one is, at least. Rust has the last word (keystore/passphrase.rs).

/** Characters, not bytes, as Rust counts them. */
export const LEAST = 10

export const tooShort = (typed: string): boolean => [...typed.normalize('NFC')].length < LEAST

// Words for what Rust sends as codes. A code from a newer version shows as it is rather than as nothing.
import type { CardKind, ErrorDto } from '$lib/ipc/types'
import * as messages from '$lib/paraglide/messages'
import { m } from '$lib/paraglide/messages'

type Plain = () => string
const catalogue = messages as unknown as Record<string, Plain | undefined>

/** The message `prefix_code` if there is one. */
function said(prefix: string, code: string): string | null {
  const found = catalogue[`${prefix}_${code.replaceAll(/[^a-z0-9]+/gi, '_')}`]
  return found ? found() : null
}

const readable = (code: string): string => code.replaceAll(/[_.]/g, ' ')

export const stateWord = (state: string): string => said('state', state) ?? readable(state)
export const fieldWord = (field: string): string => said('field', field) ?? readable(field)
export const actionWord = (action: string): string => said('action', action) ?? readable(action)
export const severityWord = (severity: string): string => said('severity', severity) ?? severity
export const dimensionWord = (dimension: string): string => said('same', dimension) ?? fieldWord(dimension)
export const presetWord = (preset: string): string => said('preset', preset) ?? readable(preset)

/** The sentence for an error: ours for its code, else the one that came with it. */
export function errorWords(error: Pick<ErrorDto, 'code' | 'message'>): string {
  return said('error', error.code) ?? error.message.charAt(0).toUpperCase() + error.message.slice(1)
}

export function functionWord(fn: string): string {
  return fn === 'marketing' ? m.marketing() : fn === 'support' ? m.support() : m.both_functions()
}

export function newCardTitle(kind: CardKind): string {
  return kind === 'campaign' ? m.new_campaign() : m.flag_complaint()
}

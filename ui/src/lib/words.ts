// Words for what Rust sends as codes. A code from a newer version shows as it is rather than as nothing.
import type { CardKind, ErrorDto } from '$lib/ipc/types'
import * as messages from '$lib/paraglide/messages'
import { m } from '$lib/paraglide/messages'

type Inputs = Record<string, string>
const catalogue = messages as unknown as Record<string, ((inputs: Inputs) => string) | undefined>

/** The message `prefix_code` if there is one. */
function said(prefix: string, code: string, inputs: Inputs = {}): string | null {
  const found = catalogue[`${prefix}_${code.replaceAll(/[^a-z0-9]+/gi, '_')}`]
  return found ? found(inputs) : null
}

const readable = (code: string): string => code.replaceAll(/[_.]/g, ' ')

export const stateWord = (state: string): string => said('state', state) ?? readable(state)
export const fieldWord = (field: string): string => said('field', field) ?? readable(field)
export const actionWord = (action: string): string => said('action', action) ?? readable(action)
export const outcomeWord = (outcome: string): string => said('outcome', outcome) ?? readable(outcome)
export const severityWord = (severity: string): string => said('severity', severity) ?? severity
export const dimensionWord = (dimension: string): string => said('same', dimension) ?? fieldWord(dimension)
export const presetWord = (preset: string): string => said('preset', preset) ?? readable(preset)

type Refusal = Pick<ErrorDto, 'code' | 'message'> & Partial<Pick<ErrorDto, 'field' | 'value'>>

/** The sentence for an error, as it stands at the field: ours for its code, else the one that came with it. */
export function errorWords(error: Refusal): string {
  const message = sentence(error.message)
  const value = error.code === 'not_your_function' ? functionWord(error.value ?? '') : (error.value ?? '')
  return said('error', error.code, { message, value }) ?? message
}

/** The same where no field stands beside it: it says which one. */
export function errorAlone(error: Refusal): string {
  const words = errorWords(error)
  const isOfField = Boolean(error.field) && error.code.startsWith('input')
  return isOfField ? m.error_at_field({ field: fieldWord(error.field ?? ''), words }) : words
}

/** Rust's sentences begin small and end without a stop, as they are told after a name. */
function sentence(message: string): string {
  const text = message.trim()
  if (text === '') return ''
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.')
}

export function functionWord(fn: string): string {
  return fn === 'marketing' ? m.marketing() : fn === 'support' ? m.support() : m.both_functions()
}

export function newCardTitle(kind: CardKind): string {
  return kind === 'campaign' ? m.new_campaign() : m.flag_complaint()
}

// One call of the shell. Whatever goes wrong becomes a DeskError with a code that the messages know.
import { invoke, type InvokeArgs, type InvokeOptions } from '@tauri-apps/api/core'

import type { ErrorDto } from './types'

export class DeskError extends Error {
  readonly code: string
  readonly detail: string | null
  /** The field it is about, where there is one. */
  readonly field: string | null
  /** What was typed, or what is allowed. */
  readonly value: string | null

  constructor(dto: ErrorDto) {
    super(dto.message)
    this.code = dto.code
    this.detail = dto.detail
    this.field = dto.field
    this.value = dto.value
  }
}

export async function call<T>(command: string, args?: InvokeArgs, options?: InvokeOptions): Promise<T> {
  try {
    return await invoke<T>(command, args, options)
  } catch (error) {
    throw deskError(error)
  }
}

/** Any thrown thing as a DeskError; what is not an ErrorDto keeps its own words as the detail. */
export function deskError(error: unknown): DeskError {
  if (error instanceof DeskError) return error
  if (isErrorDto(error)) return new DeskError(error)
  const words = error instanceof Error ? error.message : String(error)
  return new DeskError({ code: 'unknown', message: words, detail: words, field: null, value: null })
}

function isErrorDto(error: unknown): error is ErrorDto {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error
}

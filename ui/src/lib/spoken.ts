// A message in both languages as the pages' bundle holds it: the build puts this in the place of the choice that the compiler
// writes out for each of a thousand messages.
import { getLocale } from '$lib/paraglide/runtime'

type Words = string | ((inputs: Record<string, unknown>) => string)

export const spoken =
  (en: Words, de: Words) =>
  (inputs: Record<string, unknown> = {}): string => {
    const words = getLocale() === 'en' ? en : de
    return typeof words === 'string' ? words : words(inputs)
  }

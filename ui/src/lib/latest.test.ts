import { expect, test } from 'vitest'

import { latest } from '$lib/latest'

test('an older answer that comes after a newer one is not taken', async () => {
  const taken: string[] = []
  const ask = (): { answer: (words: string) => void; refuse: (why: string) => void; leave: () => void } => {
    let answer: (words: string) => void = () => undefined
    let refuse: (why: string) => void = () => undefined
    const asked = new Promise<string>((resolve, reject) => ([answer, refuse] = [resolve, reject]))
    const leave = latest(
      asked,
      (found) => taken.push(found),
      (thrown) => taken.push(`refused: ${String(thrown)}`),
    )
    return { answer, refuse, leave }
  }
  const [first, second] = [ask(), ask()]
  first.leave()
  second.answer('new')
  first.answer('old')
  await Promise.resolve()
  expect(taken).toEqual(['new'])

  const [third, fourth] = [ask(), ask()]
  third.leave()
  third.refuse('gone')
  fourth.refuse('damaged')
  await Promise.resolve()
  expect(taken).toEqual(['new', 'refused: damaged'])
})

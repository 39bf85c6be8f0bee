// Questions may be answered in another order than they were asked. An effect that asks again whenever something changes hands
// back what this returns, and only the answer to its last question counts:
//
//   $effect(() => latest(ipc.history(kind, id), (found) => (lines = found)))
export function latest<T>(asked: Promise<T>, take: (found: T) => void, refused: (thrown: unknown) => void = () => undefined): () => void {
  let isLast = true
  asked.then(
    (found) => isLast && take(found),
    (thrown: unknown) => isLast && refused(thrown),
  )
  return () => {
    isLast = false
  }
}

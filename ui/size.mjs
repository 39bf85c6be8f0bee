// What a window has to load, gzipped, fonts aside. Fails beyond the budget: a page that starts at once is a small one.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET = 250_000

const assets = readdirSync('dist/assets').filter((name) => /\.(js|css)$/.test(name))
const sizes = ['index.html', ...assets.map((name) => `assets/${name}`)].map((name) => ({
  name,
  bytes: gzipSync(readFileSync(`dist/${name}`)).length,
}))
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
for (const { name, bytes } of sizes.toSorted((a, b) => b.bytes - a.bytes)) process.stdout.write(`${bytes}\t${name}\n`)
process.stdout.write(`${total} bytes gzipped of ${BUDGET}\n`)
if (assets.length === 0 || total > BUDGET) {
  process.stderr.write(assets.length === 0 ? 'dist is empty: npm run build first\n' : 'over the budget\n')
  process.exit(1)
}

// One file on its way in: read, previewed as often as the mapping changes, imported, reported.
import * as ipc from '$lib/ipc/desk'
import { deskError } from '$lib/ipc/call'
import { refusal, refusalWords, tooMany, type Dropped } from '$lib/drop'
import type { ErrorDto, ImportOptionsDto, ImportPreviewDto, ImportProgressDto, ImportResultDto } from '$lib/ipc/types'

/** Bytes handed over at once: few enough that the window never waits for them. */
const PART_LEN = 1024 * 1024
/** How the importer spells "nowhere". */
const LEAVE_OUT = '-'
const PRODUCT = 'product'
const COMPLAINT = 'complaint'
const NO_OPTIONS: ImportOptionsDto = { preset: null, map: [], values: [], kind: null, account: null, fill: [], day_first: null, forget_columns: false, take_file: false }

/** How far a file is; `sending` on its way to the program. */
export type Progress = Omit<ImportProgressDto, 'stage'> & { stage: string }

export interface DroppedFile {
  file: File
  dropped: Dropped
}

/** A file of a dialog, as if it had been dropped. */
export const chosen = (file: File): DroppedFile => ({ file, dropped: { name: file.name, size: file.size, type: file.type, isFolder: false } })

class ImportState {
  phase = $state<'choose' | 'reading' | 'preview' | 'running' | 'done'>('choose')
  name = $state('')
  preview = $state.raw<ImportPreviewDto | null>(null)
  result = $state.raw<ImportResultDto | null>(null)
  error = $state.raw<Pick<ErrorDto, 'code' | 'message'> | null>(null)
  /** How far it is, while a file is read or imported. */
  progress = $state.raw<Progress | null>(null)
  /** Somebody asked to stop, and it was too late. */
  wasTooLate = $state(false)
  /** Somebody stopped it: nothing of the file is on the board. */
  wasStopped = $state(false)
  /** Dropped together with this one; each is looked at by itself. */
  waiting = $state.raw<readonly DroppedFile[]>([])
  /** The person has said that a damaged file may come in as far as it is sound. */
  acceptsDamage = $state(false)
  #options = $state.raw(NO_OPTIONS)
  #letGo: Promise<void> = Promise.resolve()
  /** Only the answer to the last question counts. */
  #asked = 0

  get takesFile(): boolean {
    return this.#options.take_file
  }

  /** What rows get in which the file leaves the product empty. */
  get product(): string {
    return this.#options.fill.find(([field]) => field === PRODUCT)?.[1] ?? ''
  }

  /**
   * Whether a product for all rows would be of use: no column gives one, and the rows are campaigns or become complaints.
   * Tickets without a complaint are never compared.
   */
  get asksProduct(): boolean {
    const fields = this.preview?.columns.map((column) => column.field) ?? []
    const isCompared = this.preview?.kind === 'campaign' || fields.includes(COMPLAINT)
    return this.preview !== null && this.preview.rows > 0 && isCompared && !fields.includes(PRODUCT)
  }

  /** Nothing waits any more either. */
  forget(): void {
    this.clear()
    this.waiting = []
  }

  /** Ready for another file. What was dropped together with this one still waits. */
  clear(): void {
    if (this.phase !== 'choose') this.#letGo = ipc.letGoOfFile().catch(() => undefined)
    this.#asked += 1
    this.progress = null
    this.wasTooLate = false
    this.wasStopped = false
    this.phase = 'choose'
    this.name = ''
    this.preview = null
    this.result = null
    this.error = null
    this.acceptsDamage = false
    this.#options = NO_OPTIONS
  }

  /** A file is read, or an import runs: another one waits. */
  get isBusy(): boolean {
    return this.phase === 'reading' || this.phase === 'running'
  }

  take(...files: readonly File[]): Promise<void> {
    return this.drop(files.map(chosen))
  }

  /** What was dropped. Several come one after the other, before those that wait already. */
  async drop(files: readonly DroppedFile[]): Promise<void> {
    const many = tooMany(files)
    if (many) {
      this.clear()
      this.error = { code: `drop_${many}`, message: refusalWords(many) }
    } else await this.#open(this.#before(files))
  }

  /** What is dropped before there is a board waits for it, unless nothing of it can be read. */
  hold(files: readonly DroppedFile[]): void {
    const why = tooMany(files) ?? (files.some((one) => !refusal(one.dropped)) ? null : files.map((one) => refusal(one.dropped))[0])
    this.error = why ? { code: `drop_${why}`, message: refusalWords(why) } : null
    if (!why) this.waiting = this.#before(files)
  }

  /** These, and then what waits already; the same file again is one. */
  #before(files: readonly DroppedFile[]): DroppedFile[] {
    const isSame = ({ file }: DroppedFile): boolean => files.some((one) => one.file.name === file.name && one.file.size === file.size)
    return [...files, ...this.waiting.filter((one) => !isSame(one))]
  }

  /** The first of them, judged before a byte of it is read; the others wait. */
  async #open([one, ...others]: readonly DroppedFile[]): Promise<void> {
    if (!one) return
    const { file } = one
    this.clear()
    this.name = file.name
    this.waiting = others
    const why = refusal(one.dropped)
    if (why) {
      this.error = { code: `drop_${why}`, message: refusalWords(why) }
      return
    }
    this.phase = 'reading'
    await this.#ask(async (isStill) => {
      await this.#send(file, isStill)
      return ipc.previewImport(this.#options)
    })
  }

  /** How far the program is. */
  hear(progress: ImportProgressDto): void {
    if (this.isBusy) this.progress = progress
  }

  /** Stops reading, or the import: then nothing of it is on the board. */
  async stop(): Promise<void> {
    if (this.phase === 'reading') {
      this.clear()
      this.wasStopped = true
    } else if (this.phase === 'running') this.wasTooLate = !(await ipc.stopImport())
  }

  /** The next of several. */
  next(): Promise<void> {
    return this.#open(this.waiting)
  }

  /** A column goes somewhere else, or nowhere. */
  map(column: string, field: string): Promise<void> {
    const others = this.#options.map.filter(([name]) => name !== column)
    const before = this.preview?.columns.find((one) => one.header === column)?.field
    // A value whose question is no longer asked does not stay behind unseen.
    const fill = field === PRODUCT || before === COMPLAINT ? [] : this.#options.fill
    const values = this.#options.values.filter(([name]) => name !== column)
    return this.#change({ map: [...others, [column, field || LEAVE_OUT]], values, fill })
  }

  /** What a cell of a column means. */
  mean(column: string, cell: string, word: string): Promise<void> {
    const others = this.#options.values.filter(([name, value]) => name !== column || value !== cell)
    return this.#change({ values: [...others, [column, cell, word]] })
  }

  /** The whole file is something else: the columns are mapped anew. */
  setKind(kind: string): Promise<void> {
    return this.#change({ kind, map: [], values: [], fill: [] })
  }

  dayFirst(value: boolean): Promise<void> {
    return this.#change({ day_first: value })
  }

  /** What was said about these columns the last time is forgotten. */
  forgetColumns(): Promise<void> {
    return this.#change({ ...NO_OPTIONS, account: this.#options.account, forget_columns: true })
  }

  /** Where somebody edited a value here: the file's goes before it, or not. */
  takeFile(take_file: boolean): Promise<void> {
    return this.#change({ take_file })
  }

  account(account: string): Promise<void> {
    return this.#change({ account: account.trim() || null })
  }

  /** One product for every row in which the file has none. */
  async fillProduct(value: string): Promise<void> {
    const product = value.trim()
    if (product !== this.product) await this.#change({ fill: product === '' ? [] : [[PRODUCT, product]] })
  }

  async run(): Promise<void> {
    this.phase = 'running'
    this.error = null
    this.progress = null
    this.wasStopped = false
    this.wasTooLate = false
    try {
      this.result = await ipc.runImport(this.#options, this.acceptsDamage)
      this.phase = 'done'
    } catch (error) {
      const failed = deskError(error)
      this.wasStopped = failed.code === 'import_stopped'
      this.error = this.wasStopped ? null : failed
      this.phase = 'preview'
    } finally {
      this.progress = null
    }
  }

  /** Hands the file over, part by part, as long as somebody waits for it. */
  async #send(file: File, isStill: () => boolean): Promise<void> {
    // The word for the file before must not come behind the first one of this.
    await this.#letGo
    const id = await ipc.beginFile(file.name, file.size)
    for (let from = 0; from < file.size && isStill(); from += PART_LEN) {
      this.progress = { stage: 'sending', done: from, total: file.size }
      await ipc.filePart(id, new Uint8Array(await file.slice(from, from + PART_LEN).arrayBuffer()))
    }
  }

  async #change(change: Partial<ImportOptionsDto>): Promise<void> {
    this.#options = { ...this.#options, ...change }
    await this.#ask(() => ipc.previewImport(this.#options))
  }

  /** A file of which nothing was recognised comes back without the answers that were given about it. */
  #asAnswered(preview: ImportPreviewDto): ImportPreviewDto {
    if (preview.rows > 0) return preview
    const { kind, account, map } = this.#options
    const chosen = new Map(map.filter(([, field]) => field !== LEAVE_OUT))
    const columns = preview.columns.map((column) => ({ ...column, field: chosen.get(column.header) ?? null }))
    return { ...preview, columns, kind: kind ?? preview.kind, account: account ?? preview.account }
  }

  async #ask(question: (isStill: () => boolean) => Promise<ImportPreviewDto>): Promise<void> {
    const asked = ++this.#asked
    const isStill = (): boolean => asked === this.#asked
    try {
      const preview = await question(isStill)
      if (!isStill()) return
      this.preview = this.#asAnswered(preview)
      this.error = null
      this.phase = 'preview'
    } catch (error) {
      if (asked !== this.#asked) return
      this.error = deskError(error)
      this.phase = this.preview ? 'preview' : 'choose'
    }
  }
}

export const imports = new ImportState()

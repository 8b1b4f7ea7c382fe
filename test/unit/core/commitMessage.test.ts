import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commitInput, commitMessage } from '../../../src/core/completion/commitMessage.ts'
import { InlineCompleter } from '../../../src/core/completion/inlineCompleter.ts'
import { diffFiles } from '../../../src/core/context/diffFiles.ts'
import { neverCancelled } from '../../../src/shared/cancellation.ts'
import { silentLogger } from '../../../src/shared/logger.ts'
import { FakeCompletionModel, fakeLoadedModel } from '../../fakes/fakeCompletionModel.ts'
import { ManualClock } from '../../fakes/manualClock.ts'
import { documentOf, markedDocument } from './markedDocument.ts'

const hints = [
	'# Please enter the commit message for your changes. Lines starting',
	"# with '#' will be ignored, and an empty message aborts the commit.",
	'#',
	'# On branch main',
	'# Changes to be committed:',
	'#\tmodified:   src/beds.ts',
	'#\tmodified:   .env',
	'#',
]
const verbose = [
	'# ------------------------ >8 ------------------------',
	'# Do not modify or remove the line above.',
	'# Everything below it will be ignored.',
	'diff --git a/.env b/.env',
	'-TOKEN=old',
	'+TOKEN=hunter2',
	'diff --git a/src/beds.ts b/src/beds.ts',
	'@@ -1 +1 @@',
	'-const beds = 1',
	'+const beds = 2',
	'',
]

async function shownAt(marked: string, see: typeof commitMessage = commitMessage) {
	const { document, position } = markedDocument(marked, 'git-commit')
	const model = new FakeCompletionModel({ answer: () => ['more beds'] })
	model.setState({ kind: 'ready', model: fakeLoadedModel })
	const completer = new InlineCompleter({ model, clock: new ManualClock(), logger: silentLogger })
	const outcome = await completer.complete(
		{ document: see(document, position), position, explicit: true, maxTokens: 32 },
		neverCancelled,
	)
	return { outcome, request: model.requests[0] }
}

describe('a commit message', () => {
	it('goes on from what changed, and not into what git says of how to write one', async () => {
		const { outcome, request } = await shownAt(['Plan │', '', ...hints, ...verbose].join('\n'))
		expect(outcome).toMatchObject({ kind: 'suggestion', text: 'more beds', replace: { line: 0, start: 5, end: 5 } })
		expect(request?.prefix).toContain('+const beds = 2')
		expect(request?.prefix).toContain('modified:   src/beds.ts')
		expect(request?.typed).toBe('Plan ')
		expect(request?.suffix.trim()).toBe('')
		expect(JSON.stringify(request)).not.toMatch(/Please enter|will be ignored|On branch|>8/)
	})

	it('shows the model nothing of files that look secret', async () => {
		const { request } = await shownAt(['Plan │', ...hints, ...verbose].join('\n'))
		expect(JSON.stringify(request)).not.toMatch(/hunter2|TOKEN/)
	})

	it('knows a secret file by its name where git writes it between quotes, too', async () => {
		const quoted = verbose.map((text) => text.replace('a/.env b/.env', '"a/\\303\\274/.env" "b/\\303\\274/.env"'))
		const { request } = await shownAt(['Plan │', ...hints, ...quoted].join('\n'))
		expect(request?.prefix).toContain('+const beds = 2')
		expect(JSON.stringify(request)).not.toMatch(/hunter2|TOKEN/)
	})

	it('has its own lines before and after the cursor', async () => {
		const { outcome, request } = await shownAt(['Plan beds', '', 'Now │', 'Second part', '', ...hints].join('\n'))
		expect(request?.prefix.endsWith('Plan beds\n\n')).toBe(true)
		expect(request?.suffix).toContain('Second part')
		expect(outcome).toMatchObject({ replace: { line: 2, start: 4, end: 4 } })
	})

	it('is left as it is where git has written nothing, and in what git has written', () => {
		const plain = documentOf('Plan beds\n\nBecause', 'git-commit')
		expect(commitMessage(plain, { line: 0, character: 4 })).toBe(plain)
		const whole = documentOf(['Plan', ...hints, ...verbose].join('\n'), 'git-commit')
		for (let line = 1; line < whole.lineCount - 1; line++) {
			const seen = commitMessage(whole, { line, character: 0 })
			expect(seen.lineCount).toBeGreaterThan(line)
		}
	})

	it('keeps the line of the cursor and those before it, whatever it holds, and looks at few lines of a long one', () => {
		const line = fc.constantFrom('', '#', '# x', 'text', ...hints, ...verbose)
		fc.assert(
			fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), fc.nat(), (lines, at) => {
				const cursor = at % lines.length
				const document = documentOf(lines.join('\n'), 'git-commit')
				const seen = commitMessage(document, { line: cursor, character: 0 })
				expect(seen.lineCount).toBeGreaterThan(cursor)
				for (let index = 0; index <= cursor; index++) expect(seen.lineAt(index)).toBe(lines[index])
			}),
		)
		let looked = 0
		const long = documentOf(['Plan', ...hints, ...verbose.slice(0, 3), ...Array(50_000).fill('+x')].join('\n'))
		const counted = {
			...long,
			lineAt: (index: number) => {
				looked++
				return long.lineAt(index)
			},
		}
		commitMessage(counted, { line: 0, character: 0 })
		expect(looked).toBeLessThan(1_000)
	})
})

describe('the field for the message of the next commit', () => {
	const diff = ['diff --git a/src/beds.ts b/src/beds.ts', '--- a/src/beds.ts', '+++ b/src/beds.ts', '@@ -1 +1 @@']

	it('goes on from what is to be committed, without what looks secret', async () => {
		const changes = diffFiles([...verbose.slice(3, 6), ...diff, '-const beds = 1', '+const beds = 2'].join('\n'))
		const { outcome, request } = await shownAt('Plan │', (document) => commitInput(document, changes))
		expect(outcome).toMatchObject({ kind: 'suggestion', text: 'more beds', replace: { line: 0, start: 5, end: 5 } })
		expect(request?.prefix).toContain('+const beds = 2')
		expect(request?.prefix).not.toContain('TOKEN')
		expect(request?.typed).toBe('Plan ')
		// For the record.
		expect(request?.shown?.map(({ path }) => path)).toEqual([expect.any(String), 'src/beds.ts'])
	})

	it('leaves out what is renamed out of a name that looks secret', () => {
		const renamed = [
			'diff --git a/.env b/config.txt',
			'similarity index 90%',
			'rename from .env',
			'rename to config.txt',
			'@@ -1 +1 @@',
			'-TOKEN=old',
		]
		const changes = diffFiles([...renamed, ...diff, '+x'].join('\n'))
		expect(commitInput(documentOf('Plan ', 'scminput'), changes).aboveFiles).toEqual(['src/beds.ts'])
	})

	it('is completed where nothing is known of a commit', async () => {
		const { outcome } = await shownAt('Plan │', (document) => commitInput(document, []))
		expect(outcome).toMatchObject({ kind: 'suggestion', text: 'more beds' })
	})

	it('shows few lines of a long diff', () => {
		const others = diff.map((line) => line.replaceAll('beds', 'others'))
		const changes = diffFiles([...diff, ...Array(50_000).fill('+x'), ...others, '+y'].join('\n'))
		const seen = commitInput(documentOf('Plan ', 'scminput'), changes)
		expect(seen.above).toMatchObject([{ lineCount: 200 }])
		expect(seen.aboveFiles).toEqual(['src/beds.ts'])
	})
})

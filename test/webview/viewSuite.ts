import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest'
import { launchBrowser } from '../editor/driver/browser.ts'
import { ViewPage } from './viewPage.ts'

export interface ViewSuite {
	open(options?: Parameters<typeof ViewPage.open>[1]): Promise<ViewPage>
}

/** One browser for all tests of a file. What goes wrong in a page fails its test, whatever else the test looks at. */
export function viewSuite(): ViewSuite {
	const found = inject('viewBrowser')
	let browser: Browser | undefined
	let views: ViewPage[] = []

	beforeAll(async () => {
		if (found.ok) browser = await launchBrowser(found.path)
	})
	beforeEach(({ skip }) => {
		if (!found.ok) skip(found.reason)
	})
	afterEach(async ({ task }) => {
		const opened = views
		views = []
		if (task.result?.state === 'fail') {
			for (const [index, view] of opened.entries())
				await view.picture(`failed-${index}-${task.name.replace(/\W+/g, '-')}`)
		}
		for (const view of opened) await view.close()
		expect(opened.flatMap(({ problems }) => problems)).toEqual([])
	})
	afterAll(async () => browser?.close())

	return {
		async open(options) {
			if (!browser) throw new Error('There is no browser')
			const view = await ViewPage.open(browser, options)
			views.push(view)
			return view
		},
	}
}

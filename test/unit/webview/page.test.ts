// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { webviewPage } from '../../../src/protocol/webviewPage.ts'
import { englishTexts, webviewTexts } from '../../../src/protocol/webviewTexts.ts'
import { filled, readTexts } from '../../../webview/texts.ts'

const parts = { script: 'x://a/main.js', style: 'x://a/main.css', cspSource: 'x://a', nonce: 'abc', language: 'de' }

describe('the page of the view', () => {
	it('allows one script and no connection, image or frame', () => {
		const policy = /content="([^"]*)"/
			.exec(webviewPage({ ...parts, texts: englishTexts }))?.[1]
			?.replaceAll('&#39;', "'")
		expect(policy).toContain("default-src 'none'; script-src 'nonce-abc'; style-src x://a 'sha256-")
		expect(policy).not.toMatch(/unsafe|https?:|\*|img-src|connect-src/)
	})

	it('carries the texts, whatever signs they have', () => {
		const texts = webviewTexts({ t: (message) => `"${message}" <b>'&` })
		// This DOM would load the sheet.
		const html = webviewPage({ ...parts, texts }).replace(/<link.*/, '')
		const page = new DOMParser().parseFromString(html, 'text/html')
		expect(page.documentElement.lang).toBe('de')
		expect(page.querySelector('b')).toBeNull()
		expect(readTexts(page.body).send).toBe(`"Send (Enter)" <b>'&`)
	})
})

describe('texts', () => {
	it.each([undefined, '{', '[]', '{"send":1}', '{"sent":"x"}'])('are English where the page has %s', (json) => {
		const body = document.createElement('body')
		if (json !== undefined) body.dataset.texts = json
		expect(readTexts(body)).toEqual(englishTexts)
	})

	it('are filled', () => {
		expect(filled('{1} of {0}, {2}', 'a', 2)).toBe('2 of a, {2}')
	})
})

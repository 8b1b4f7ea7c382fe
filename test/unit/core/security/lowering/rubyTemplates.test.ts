import { describe, expect, it } from 'vitest'
import { rubyOfTemplate } from '../../../../../src/core/security/lowering/ruby/templates.ts'
import { testAnalyzer } from '../../../../analyzeForTest.ts'
import { taintRules } from '../taint/taintRules.ts'

const page = `<h1><%= title %></h1>
<%# a comment %>
<% if a -%>
  <%== b %> <%% no code %%>
<%- end %>
<%= form_for x do |f| %>
  <%= f.text "é" %>
<% end %>
<% system(params[:a]) %>
`

describe('rubyOfTemplate', () => {
	it('keeps each piece of code where it stands', () => {
		const ruby = rubyOfTemplate(page)
		expect(ruby).toHaveLength(page.length)
		expect(ruby.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))).toEqual([
			';_= title ;',
			'',
			'; if a ;',
			';__= b ;',
			'; end ;',
			';_= form_for x do |f| ;',
			';_= f.text "é" ;',
			'; end ;',
			'; system(params[:a]) ;',
			'',
		])
		expect(ruby.indexOf('system')).toBe(page.indexOf('system'))
	})

	it('takes broken templates', async () => {
		const analyze = testAnalyzer(taintRules)
		let seed = 7
		const random = (below: number): number => {
			seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
			return seed % below
		}
		const pieces = ['<%', '%>', '<%=', '-%>', '<%#', 'end', 'do |x|', '"', '\n', '<%==']
		let found = 0
		for (let round = 0; round < 150; round++) {
			let text = page
			for (let change = 0; change < 4; change++) {
				const at = random(text.length)
				text = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(6))
			}
			expect(rubyOfTemplate(text)).toHaveLength(text.length)
			const [analyzed] = await analyze({ 'a.html.erb': text })
			expect(analyzed?.gaps.filter(({ reason }) => reason === 'crashed')).toEqual([])
			found += analyzed?.findings.length ?? 0
		}
		expect(found).toBeGreaterThan(50)
	})
})

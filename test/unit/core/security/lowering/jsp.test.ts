import { describe, expect, it } from 'vitest'
import { isJsp, javaOfJsp } from '../../../../../src/core/security/lowering/java/jsp.ts'
import { shippedRules, testAnalyzer } from '../../../../analyzeForTest.ts'

const analyze = testAnalyzer(shippedRules('java'))

async function found(page: string): Promise<readonly string[]> {
	const [analyzed] = await analyze({ 'a.jsp': page })
	return (analyzed?.findings ?? []).map(({ ruleId, range }) => `${range.startLine}:${range.startCharacter} ${ruleId}`)
}

describe('a page of JSP', () => {
	it('is the Java in it, each piece where it stands', () => {
		const page = '<%@ page import="a.B, c.*" %>\n<p><%= x %></p><%-- <% no %> --%><% y(); %><%! int z; %>'
		const jsp = javaOfJsp(page)
		expect(jsp?.imports).toEqual(['a.B', 'c.*'])
		expect(jsp?.code).toHaveLength(page.length)
		expect(jsp?.code.replace(/ +/g, ' ')).toBe(' \n $$( x ); y(); int z; ')
		expect(jsp?.code.indexOf('y();')).toBe(page.indexOf('y();'))
		expect(['a.jsp', 'b/a.jspf', 'a.java'].map(isJsp)).toEqual([true, true, false])
	})

	it('shows what a request holds', async () => {
		expect(await found('<p><%= request.getParameter("a") %></p>')).toEqual(['0:7 java/servlet-reflected-xss'])
		expect(await found('<% String a = request.getParameter("a"); %>\n<% if (a != null) { %><%= a %><% } %>')).toEqual([
			'1:26 java/servlet-reflected-xss',
		])
		expect(await found('<%! String own(String s) { return s; } %><%= own(request.getParameter("a")) %>')).toEqual([
			'0:45 java/servlet-reflected-xss',
		])
		expect(await found(`<input value="\${param.a}">`)).toEqual(['0:14 java/servlet-reflected-xss'])
	})

	it('is safe where it is escaped or a number', async () => {
		expect(await found(`\${fn:escapeXml(param.a)}<c:out value="\${param.a}"/>`)).toEqual([])
		expect(await found('<%= Integer.parseInt(request.getParameter("a")) %>')).toEqual([])
		expect(
			await found('<%@ page import="org.owasp.encoder.Encode" %><%= Encode.forHtml(request.getParameter("a")) %>'),
		).toEqual([])
	})

	it('does all that a servlet does', async () => {
		expect(await found('<% response.sendRedirect(request.getParameter("to")); %>')).toEqual([
			'0:25 java/servlet-open-redirect',
		])
	})
})

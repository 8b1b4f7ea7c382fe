import { describe, expect, it } from 'vitest'
import { csharpOfRazor } from '../../../../../src/core/security/lowering/csharp/razor.ts'

/** The code without what is blank. */
function codeOf(text: string): string {
	const { code } = csharpOfRazor(text)
	expect(code).toHaveLength(text.length)
	for (const [at, sign] of [...code].entries()) if (!/[\s;]/.test(sign)) expect(sign).toBe(text[at])
	return code.replace(/\s+/g, ' ').trim()
}

describe('csharpOfRazor', () => {
	it.each([
		['<p>@Model.Name</p>', 'Model.Name;'],
		['<a href="@Url.Page("/x", new { id = 1 })">@(a + b)</a>', 'Url.Page("/x", new { id = 1 }); (a + b);'],
		['me@example.com @@home @* @x *@', ''],
		['@await Html.PartialAsync("_A", Model) ', 'await Html.PartialAsync("_A", Model);'],
		['@{ var a = "}"; <b>@a</b> F(a); }', 'var a = "}"; a; F(a); ;'],
		[
			'@if (a < b) { <i>x } y</i> } else if (c) { F(); } else { @: @d\n}',
			'if (a < b) { } else if (c) { F(); } else { d;}',
		],
		['@foreach (var x in xs) { <li class="@x.A">@x.B<br></li> }', 'foreach (var x in xs) { x.A; x.B; }'],
		['@for (var i = 0; i < 3; i++) { <text>@i</text> }', 'for (var i = 0; i < 3; i++) { i; }'],
		['@section Head { <script>@Html.Raw(x)</script> }', 'Html.Raw(x);'],
		['@functions { string F(int a) { return "a"; } }', 'string F(int a) { return "a"; } ;'],
		['@switch (a) { case 1: <b>@x</b> break; }', 'switch (a) { case 1: x; break; }'],
		['@try { F(); } catch (E e) { <b>@e</b> }', 'try { F(); } catch (E e) { e; }'],
	])('%s', (text, code) => {
		expect(codeOf(text)).toBe(code)
	})

	it('says what directives declare', () => {
		const made = csharpOfRazor('@page "/a"\n@using A.B\n@model List<C.D>\n@inject ILogger<X> log\n<p>@Model</p>')
		expect(made).toMatchObject({ model: 'List', usings: ['A.B'], injected: [{ type: 'ILogger', name: 'log' }] })
		expect(csharpOfRazor('@model A.B?').model).toBe('A.B')
	})

	it('comes to an end with any text', () => {
		const pieces = [
			'@',
			'{',
			'}',
			'(',
			')',
			'"',
			"'",
			'<a ',
			'>',
			'</a>',
			'@if',
			'@foreach (',
			'@*',
			'*@',
			';',
			'\n',
			'x',
			'😀',
			'@@',
			'"""',
			'//',
			'/*',
		]
		let state = 7
		for (let round = 0; round < 400; round++) {
			let text = ''
			for (let count = 0; count < 40; count++) {
				state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
				text += pieces[state % pieces.length]
			}
			expect(csharpOfRazor(text).code).toHaveLength(text.length)
		}
		expect(csharpOfRazor('@{ <a>'.repeat(5_000)).code).toHaveLength(30_000)
	})
})

import type { ViewAnswer, ViewNode, ViewState } from '../../src/protocol/webview.ts'

const oneBranch = { index: 0, count: 1 }

export function question(id: string, text: string, more: Partial<Extract<ViewNode, { role: 'user' }>> = {}): ViewNode {
	return { id, role: 'user', text, chips: [], branches: oneBranch, ...more }
}

export function answer(id: string, text: string, more: Partial<ViewAnswer> = {}): ViewAnswer {
	return { id, role: 'assistant', text, state: 'done', model: 'Qwen2.5 Coder 7B', branches: oneBranch, ...more }
}

export function viewState(nodes: readonly ViewNode[], more: Partial<ViewState> = {}): ViewState {
	return {
		conversation: { id: 'c1', title: nodes.length > 0 ? 'Rounding of prices' : '', nodes: [...nodes] },
		chips: [
			{ id: 'f1', kind: 'file', label: 'cart.ts', detail: 'src/cart.ts', isImplicit: true },
			{ id: 's1', kind: 'selection', label: 'cart.ts:10-24', isImplicit: false },
		],
		model: { name: 'Qwen2.5 Coder 7B', state: 'ready', place: 'On this machine' },
		starters: [
			{ label: 'Explain the file that is open', text: '/explain' },
			{ label: 'Find where something is done', text: '@workspace ' },
			{ label: 'Write tests for the selection', text: '/tests' },
		],
		draft: '',
		isTrusted: true,
		...more,
	}
}

export const longAnswer = `The total is **rounded twice**: once for each line and once in \`total()\`. Rounding late keeps the sum right.

### What goes wrong

1. \`lineTotal\` rounds \`price * quantity\` to cents.
2. \`total\` adds what was rounded, so three lines of 0.335 give 1.02, not 1.01.

> A sum of rounded numbers is not the rounded sum.

\`\`\`ts src/cart.ts
/** The price of all lines, in cents. */
export function total(lines: readonly Line[]): number {
	const exact = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0)
	if (!Number.isFinite(exact)) throw new RangeError(\`No price: \${exact}\`)
	return Math.round(exact * 100) // once, at the end
}
\`\`\`

| Way | Three lines of 0.335 | Right |
| --- | ---: | :---: |
| now | 1.02 | no |
| late | 1.01 | yes |

See [the documentation](https://example.com/rounding) and ![a drawing](https://example.com/a.png).`

export const sampleConversation: readonly ViewNode[] = [
	question('q1', 'Why is the total of the cart sometimes a cent too high?\nI see it with three lines.', {
		chips: ['src/cart.ts', 'src/cart.ts:10-24'],
		branches: { index: 1, count: 3 },
	}),
	answer('a1', longAnswer, {
		receipt: {
			references: [
				{ source: '@selection', label: 'src/cart.ts:10-24', tokens: 212, shown: 'whole', canOpen: true },
				{ source: '@workspace', label: 'src/prices/rounding.ts:1-80', tokens: 740, shown: 'cut', canOpen: true },
				{
					source: '@file',
					label: 'config/.env',
					tokens: 0,
					shown: 'leftOut',
					reason: 'looks secret',
					canOpen: false,
				},
			],
			promptTokens: 1_204,
			droppedMessages: 2,
		},
		figures: { firstTokenMs: 412, totalMs: 9_300, generatedTokens: 341, tokensPerSecond: 38.4, evaluatedTokens: 1_204 },
	}),
	question('q2', 'Write a test for it.'),
	answer('a2', 'Here is a test that fails now:\n\n```ts\ntest("rounds once", () => {\n', {
		state: 'interrupted',
		reason: 'The engine ended.',
		branches: { index: 0, count: 2 },
	}),
]

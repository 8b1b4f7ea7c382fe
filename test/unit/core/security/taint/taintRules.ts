import type { RuleFile } from '../../../../../src/core/security/rules/ruleTypes.ts'

const rule = (id: string, call: string) => ({
	id,
	title: 'Command',
	message: 'Data of {source} is run.',
	severity: 'high' as const,
	confidence: 'high' as const,
	cwe: [78],
	owasp: ['A03'],
	fix: 'Do not.',
	kind: 'command' as const,
	sinks: [{ call }],
	description: 'It is run.',
	references: [],
	example: { bad: '', good: '' },
})

/** One source, one sink and one sanitizer for each language: what a test is about is the way between them. */
export const taintRules: readonly RuleFile[] = [
	{
		language: 'javascript',
		sources: [
			{ label: 'input', parameter: 'input' },
			{ label: 'sent', read: 'lib.sent' },
		],
		sanitizers: [{ call: 'lib.clean', kinds: ['command'] }],
		rules: [rule('javascript/command', 'child_process.exec')],
	},
	{
		language: 'python',
		sources: [{ label: 'input', parameter: 'data' }],
		sanitizers: [{ call: 'lib.clean', kinds: ['command'] }],
		rules: [rule('python/command', 'os.system')],
	},
	{
		language: 'go',
		sources: [{ label: 'input', parameter: 'input' }],
		rules: [rule('go/command', 'os/exec.Command')],
	},
	{
		language: 'ruby',
		sources: [
			{ label: 'input', parameter: 'input' },
			{ label: 'input', call: 'params' },
		],
		sanitizers: [{ call: 'Lib.clean', kinds: ['command'] }],
		rules: [rule('ruby/command', 'system')],
	},
	{
		language: 'java',
		sources: [{ label: 'input', parameter: 'input' }],
		rules: [rule('java/command', 'java.lang.Runtime.getRuntime().exec')],
	},
	{
		language: 'php',
		sources: [
			{ label: 'input', parameter: '\\$input' },
			{ label: 'request', read: '$_GET' },
		],
		rules: [rule('php/command', 'system')],
	},
	{
		language: 'c',
		sources: [{ label: 'input', parameter: 'input' }],
		rules: [rule('c/command', 'system')],
	},
]

import type { CancellationToken } from '../../../shared/cancellation.ts'
import { CancelledError } from '../../../shared/errors.ts'
import type { ChatModel } from '../../model/ports.ts'
import { LineTable } from '../analysis/findingCollector.ts'
import { isCapable } from '../capableModel.ts'
import type { Finding } from '../findings/finding.ts'
import type { SecurityRule } from '../rules/ruleTypes.ts'
import type { ProposedFix, SecurityAnalyzer, TextOrder } from '../securityPorts.ts'
import type { ParsedCode } from '../tree/codeNode.ts'
import { type Analyzed, isFixed } from './checkFix.ts'
import { type FixQuestion, modelFix } from './modelFix.ts'
import { rewriteFixes } from './rewriteFix.ts'
import { applyEdits, type TextEdit } from './textEdits.ts'

/** Proposes changes that make a finding go away. */
export interface FixProposer {
	/** Whether there may be one; asked for every finding at the cursor, so it must be quick. */
	offers(finding: Finding): boolean
	/**
	 * Each proposal was analyzed: with it the finding is gone, no new one is there, and the file still parses. The first is the best.
	 *
	 * @throws CancelledError, and what the analyzer throws
	 */
	propose(order: TextOrder, finding: Finding, token: CancellationToken): Promise<readonly ProposedFix[]>
}

export interface FixDeps {
	readonly analyzer: Pick<SecurityAnalyzer, 'analyzeText'>
	/** Undefined where the language has no grammar, or it takes too long. */
	parse(order: Pick<TextOrder, 'file' | 'languageId' | 'text'>): Promise<ParsedCode | undefined>
	/** Undefined where there is no such rule. */
	ruleOf(ruleId: string): Pick<SecurityRule, 'rewrites' | 'fix'> | undefined
	/** Undefined where none is configured; asked anew each time. */
	model(): ChatModel | undefined
	/** Milliseconds that the model may take. */
	readonly budgetMs?: number
	/** Parameters of a model that is asked. Default: those of a capable model. */
	readonly leastParameters?: number
}

const usualBudget = 60_000

/** Proposes the safe rewrite of a finding's rule, and then what a model writes: either only where an analysis of the result is content. */
export function createFixProposer(deps: FixDeps): FixProposer {
	return {
		offers: ({ ruleId }) => deps.ruleOf(ruleId)?.rewrites !== undefined || mayAsk(deps.model(), deps),
		async propose(order, finding, token) {
			const rule = deps.ruleOf(finding.ruleId)
			const before = await analyzed(deps, order, token)
			const all = before && [...before.findings.findings, ...(before.findings.ignored ?? []).map((it) => it.finding)]
			const current = all?.find(
				({ fingerprint, ruleId }) => fingerprint === finding.fingerprint && ruleId === finding.ruleId,
			)
			// The code is another one by now.
			if (!before || !current || !rule || current.file !== order.file) return []
			const table = new LineTable(order.text)
			const { range } = current
			const place = {
				start: table.offset(range.startLine, range.startCharacter),
				end: table.offset(range.endLine, range.endCharacter),
			}
			const fixes: ProposedFix[] = []
			const offer = async (
				edits: readonly TextEdit[],
				origin: ProposedFix['origin'],
				title: string,
			): Promise<boolean> => {
				const after = await analyzed(deps, { ...order, text: applyEdits(order.text, edits) }, token)
				if (!after || !isFixed(current, edits, before, after)) return false
				fixes.push({
					title,
					origin,
					edits: edits.map(({ start, end, text }) => ({ range: table.range(start, end), text })),
				})
				return true
			}
			for (const { edits, title } of rewriteFixes(rule.rewrites ?? [], before.code, place))
				if (await offer(edits, 'rule', title)) break
			const model = deps.model()
			if (fixes.length === 0 && model && mayAsk(model, deps)) {
				const question = {
					code: before.code,
					place,
					language: order.languageId,
					file: order.file,
					message: finding.message,
					advice: rule.fix,
				}
				const edits = await written(model, question, deps, token)
				if (edits) await offer(edits, 'model', titleOf(rule.fix))
			}
			return fixes
		},
	}
}

/** @throws CancelledError */
async function analyzed(deps: FixDeps, order: TextOrder, token: CancellationToken): Promise<Analyzed | undefined> {
	const code = await deps.parse(order)
	if (token.isCancellationRequested) throw new CancelledError()
	return code && { code, findings: await deps.analyzer.analyzeText(order, token) }
}

async function written(
	model: ChatModel,
	question: FixQuestion,
	deps: FixDeps,
	token: CancellationToken,
): Promise<readonly TextEdit[] | undefined> {
	const edits = await ask(model, question, deps, token).catch(() => undefined)
	if (token.isCancellationRequested) throw new CancelledError()
	return edits
}

/** A model that fails proposes nothing; what is wrong with it is its state. */
async function ask(
	model: ChatModel,
	question: FixQuestion,
	deps: FixDeps,
	token: CancellationToken,
): Promise<readonly TextEdit[] | undefined> {
	// The file's size is known once it is loaded.
	if (!(await model.countTokens(['a'], token)) || !mayAsk(model, deps)) return undefined
	return modelFix(model, question, deps.budgetMs ?? usualBudget, token)
}

function mayAsk(model: ChatModel | undefined, { leastParameters }: FixDeps): boolean {
	return mayWrite(model, leastParameters)
}

/** Whether a model may be asked to write a fix: none that failed, nor one that is known to be too small. */
export function mayWrite(model: Pick<ChatModel, 'state'> | undefined, leastParameters?: number): boolean {
	if (!model || model.state.kind === 'failed') return false
	return model.state.kind !== 'ready' || isCapable(model.state.model, leastParameters)
}

/** The first sentence of what is to be done. */
function titleOf(fix: string): string {
	const sentence = /^[^.]*/.exec(fix.trim())?.[0] ?? ''
	return sentence.length <= 80 ? sentence : `${sentence.slice(0, 79)}…`
}

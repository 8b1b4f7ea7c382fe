import type { ModelState } from '../../core/model/modelState.ts'
import type { L10n } from '../l10n.ts'

/** What decides whether the model picker of the editor's own chat shows our model. */
export interface DiagnosisFacts {
	readonly editorVersion: string
	readonly hasProviders: boolean
	readonly hasTools: boolean
	/** `chat.disableAIFeatures`. */
	readonly isAiOff: boolean
	/** Our models that the editor knows of; undefined where it did not say. */
	readonly known: number | undefined
	readonly modelName: string
	readonly state: ModelState['kind']
	/** A technical reason, where the model cannot be had. */
	readonly problem?: string
}

/** In Markdown: each point, whether it is as it has to be, and what to do. */
export function diagnosisText(facts: DiagnosisFacts, l10n: L10n): string {
	const point = (isGood: boolean, good: string, bad: string) => `- ${isGood ? '✓' : '✗'} ${isGood ? good : bad}`
	const { known } = facts
	const points = [
		point(
			facts.hasProviders,
			l10n.t('This editor ({0}) takes chat models of extensions.', facts.editorVersion),
			l10n.t('This editor ({0}) takes no chat models of extensions: VS Code 1.104 or later does.', facts.editorVersion),
		),
		point(
			!facts.isAiOff,
			l10n.t('AI features are not switched off.'),
			l10n.t('AI features are switched off: change `chat.disableAIFeatures`.'),
		),
		point(
			facts.state !== 'failed',
			l10n.t('The model is {0}.', facts.modelName),
			l10n.t(
				'The model {0} cannot be had ({1}): choose another one with "Alcove: Choose Model".',
				facts.modelName,
				facts.problem ?? '',
			),
		),
		point(
			known !== undefined && known > 0,
			l10n.t('The editor knows of it.'),
			l10n.t('The editor does not know of it yet: it asks when its chat is opened for the first time.'),
		),
		point(
			facts.hasTools,
			l10n.t('Models can ask for an analysis with the tool {0}.', '#alcoveSecurity'),
			l10n.t('This editor has no tools for models: VS Code 1.95 or later does.'),
		),
	]
	return [
		`# ${l10n.t('Alcove in the chat of the editor')}`,
		'',
		...points,
		'',
		l10n.t(
			'The editor may show models of extensions only to people who are signed in to GitHub Copilot, and an organization can switch them off; Alcove cannot see that. The chat of Alcove itself needs no account.',
		),
		'',
		l10n.t('The model picker says that our models call no tools: agent mode does not offer them, ask mode does.'),
		'',
	].join('\n')
}

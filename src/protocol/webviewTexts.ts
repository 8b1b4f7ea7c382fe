/** What translates a text: `vscode.l10n` in the host. Placeholders such as `{0}` stay as they are. */
export interface Translator {
	t(message: string): string
}

/** Every text of the chat view, which has no way to the translations itself: the host makes the table and passes it in the page. */
export function webviewTexts(l10n: Translator) {
	return { ...frameTexts(l10n), ...messageTexts(l10n), ...composerTexts(l10n), ...historyTexts(l10n) }
}
export type WebviewTexts = ReturnType<typeof webviewTexts>

/** English, where nothing was passed. */
export const englishTexts: WebviewTexts = webviewTexts({ t: (message) => message })

function frameTexts(l10n: Translator) {
	return {
		newChat: l10n.t('New chat'),
		history: l10n.t('History of chats'),
		exportChat: l10n.t('Export this chat as Markdown'),
		untitled: l10n.t('Chat'),
		messages: l10n.t('Messages'),
		toEnd: l10n.t('Go to the latest message'),
		notices: l10n.t('Notices'),
		dismiss: l10n.t('Dismiss'),
		starters: l10n.t('Questions to begin with'),
		emptyTitle: l10n.t('Ask about your code'),
		emptyText: l10n.t('Answers may be wrong: check what matters.'),
		emptyHints: l10n.t('Type @ to add files, symbols or changes, and / for commands.'),
		untrusted: l10n.t('This folder is not trusted: prompts that it brings along are off.'),
		chooseModel: l10n.t('Choose model'),
		noModel: l10n.t('No model'),
		modelButton: l10n.t('Model: {0}. Choose another'),
		modelLoading: l10n.t('Loading the model'),
		indexing: l10n.t('Reading the workspace: {0} of {1} files'),
		indexPaused: l10n.t('Reading the workspace is paused: {0} of {1} files'),
		pause: l10n.t('Pause'),
		resume: l10n.t('Resume'),
	}
}

function messageTexts(l10n: Translator) {
	return {
		you: l10n.t('You'),
		assistant: l10n.t('Alcove'),
		yourMessage: l10n.t('Your message'),
		answerOf: l10n.t('Answer of {0}'),
		contextOf: l10n.t('What goes with the message'),
		waiting: l10n.t('Working on it'),
		writing: l10n.t('Alcove is writing an answer'),
		answerFinished: l10n.t('The answer is finished'),
		stopped: l10n.t('You stopped this answer.'),
		cut: l10n.t('This answer was cut off.'),
		interrupted: l10n.t('This answer was interrupted.'),
		failed: l10n.t('There is no answer.'),
		edit: l10n.t('Edit message'),
		editLabel: l10n.t('Edit your message'),
		sendEdit: l10n.t('Send'),
		cancel: l10n.t('Cancel'),
		previousBranch: l10n.t('Previous version'),
		nextBranch: l10n.t('Next version'),
		branchOf: l10n.t('Version {0} of {1}'),
		copyAnswer: l10n.t('Copy answer'),
		retry: l10n.t('Answer again'),
		oneReference: l10n.t('1 reference'),
		references: l10n.t('{0} references'),
		leftOut: l10n.t('{0} left out'),
		referenceLeftOut: l10n.t('left out'),
		referenceCut: l10n.t('shortened'),
		tokens: l10n.t('{0} tokens'),
		promptTokens: l10n.t('The model was shown {0} tokens.'),
		oneDropped: l10n.t('1 earlier message did not fit.'),
		dropped: l10n.t('{0} earlier messages did not fit.'),
		redacted: l10n.t('secrets taken out before it left this machine: {0}'),
		openReference: l10n.t('Open {0}'),
		figures: l10n.t('{0} tokens/s, first after {1} s'),
		figuresDetail: l10n.t('{0} tokens written in {1} s; {2} tokens of the prompt were new.'),
		code: l10n.t('Code'),
		codeBlock: l10n.t('Code, {0}'),
		copyCode: l10n.t('Copy code'),
		insertCode: l10n.t('Insert at cursor'),
		newFile: l10n.t('Put into a new file'),
		applyCode: l10n.t('Apply to a file, with a preview'),
		apply: l10n.t('Apply'),
		image: l10n.t('Image, not shown: {0}'),
		moreLines: l10n.t('Show more: {0} lines are left'),
		moreCharacters: l10n.t('Show more: {0} characters are left'),
		lineCut: l10n.t('… {0} more characters in this line'),
	}
}

function composerTexts(l10n: Translator) {
	return {
		composer: l10n.t('Ask Alcove'),
		placeholder: l10n.t('Ask about your code, with @ and /'),
		composerHelp: l10n.t('Enter sends, Shift+Enter begins a new line, Arrow up edits the last message.'),
		send: l10n.t('Send (Enter)'),
		stop: l10n.t('Stop (Escape)'),
		addContext: l10n.t('Add context'),
		chips: l10n.t('Goes with the next message'),
		removeChip: l10n.t('Remove {0}'),
		implicit: l10n.t('added by itself'),
		suggestions: l10n.t('Suggestions'),
		oneSuggestion: l10n.t('1 suggestion'),
		suggestionCount: l10n.t('{0} suggestions'),
		dropFiles: l10n.t('Drop files to add them'),
		tooLong: l10n.t('This message is too long: {0} of at most {1} characters.'),
		busy: l10n.t('Wait for the answer or stop it before you send the next message.'),
	}
}

function historyTexts(l10n: Translator) {
	return {
		closeHistory: l10n.t('Back to the chat'),
		searchHistory: l10n.t('Search chats'),
		noHistory: l10n.t('No chats yet.'),
		nothingFound: l10n.t('No chat has these words.'),
		oneMessage: l10n.t('1 message'),
		messageCount: l10n.t('{0} messages'),
		rename: l10n.t('Rename {0}'),
		renameLabel: l10n.t('New title'),
		save: l10n.t('Save'),
		delete: l10n.t('Delete {0}'),
		deleteQuestion: l10n.t('Delete this chat? It cannot be brought back.'),
		deleteConfirm: l10n.t('Delete'),
		currentChat: l10n.t('open now'),
		found: l10n.t('{0} chats'),
	}
}
